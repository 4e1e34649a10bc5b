begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.adjust_credits(%L, %L, %s, %s, %L, %L)',
         :'profile', 'a', c.monthly, c.addon, 'why', 'who'),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', c.parameter, 'value', c.value,
                     'minimum', -9007199254740991, 'maximum', c.maximum),
  c.parameter
)
from (values
  ('monthly_delta', 9007199254735492, 0, 9007199254735492, 9007199254735491),
  ('addon_delta', 0, 9007199254735492, 9007199254735492, 9007199254735491),
  ('addon_delta', 100, 9007199254735392, 9007199254735392, 9007199254735391),
  ('addon_delta', -100, 9007199254735592, 9007199254735592, 9007199254735591),
  ('monthly_delta', 9007199254735592, -100, 9007199254735592, 9007199254735591)
) c (parameter, monthly, addon, value, maximum);
select matches(
  credits_tests.hint(format('select credits.adjust_credits(%L, %L, %s, %s, %L, %L)', :'profile',
                            'a', c.monthly, c.addon, 'why', 'who')),
  '^The profile is too full: .* fits here now is 9007199254735491', 'it says so'
)
from (values (9007199254735492, 0), (0, 9007199254735492)) c (monthly, addon);
select credits_tests.shows(
  credits_tests.answer(format('credits.adjust_credits(%L, %L, %s, %s, %L, %L)', :'profile', 'a',
                              9007199254735000, 491, 'why', 'who')),
  '{"credits_remaining": 9007199254735500, "addon_credits": 5491, "available": 9007199254740991}',
  'exactly the cap is accepted'
);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.set_overdraft(:'profile', 60) as done \gset
select credits_tests.job(:'profile', 50) as debt \gset

select credits.adjust_credits(:'profile', 'one', 1, 0, 'why', 'who') as one \gset
select credits_tests.refuses(
  format('select credits.adjust_credits(%L, %L, 9007199254740991, 0, %L, %L)', :'profile', 'a',
         'why', 'who'),
  'PT400', 'invalid_amount',
  '{"parameter": "monthly_delta", "value": 9007199254740991, "minimum": -9007199254740991,
    "maximum": 9007199254740990}',
  'a debt makes no room for a bucket beyond the cap'
);
select credits.adjust_credits(:'profile', 'none', -1, 0, 'why', 'who') as none \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.adjust_credits(%L, %L, 0, %s, %L, %L)', :'profile', 'a',
                              9007199254740991, 'why', 'who')),
  '{"addon_credits": 9007199254740941}', 'a debt makes no extra room'
);

select * from finish();
rollback;
