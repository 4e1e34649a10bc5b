begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.adjust_credits(%L, %L, %s, %s, %L, %L)',
         :'profile', 'a', c.monthly, c.addon, 'why', 'who'),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', c.parameter, 'value', c.value,
                     'minimum', -9007199254740991, 'maximum', 9007199254740991),
  format('%s: %s', c.parameter, c.value)
)
from (values
  ('monthly_delta', 9007199254740992, 1, 9007199254740992),
  ('monthly_delta', -9007199254740992, 1, -9007199254740992),
  ('addon_delta', 1, 9007199254740992, 9007199254740992),
  ('addon_delta', 1, -9007199254740992, -9007199254740992)
) c (parameter, monthly, addon, value);
select credits_tests.refuses(
  format('select credits.adjust_credits(%L, %L, 0, 0, %L, %L)', :'profile', 'a', 'why', 'who'),
  'PT400', 'invalid_amount', '{"parameter": "monthly_delta", "value": 0}', 'both deltas 0'
);

select * from finish();
rollback;
