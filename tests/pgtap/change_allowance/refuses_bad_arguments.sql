begin;
\ir ../helpers.psql
select plan(13);

select credits_tests.profile(0, 0) as profile, credits_tests.profile(0, 0) as other \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 500) as done \gset

select credits_tests.refuses(
  format('select credits.change_allowance(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, '2020-01-01Z', 5, 'a'$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('period_start is null', $$%L, null, 5, 'a'$$,
   'missing_argument', '{"parameter": "period_start"}'),
  ('period_start is infinite', $$%L, 'infinity', 5, 'a'$$,
   'invalid_interval', '{"parameter": "period_start", "value": "infinity",
     "maximum": "9999-12-31T23:59:59.999999+00:00"}'),
  ('allowance is null', $$%L, '2020-01-01Z', null, 'a'$$,
   'missing_argument', '{"parameter": "allowance"}'),
  ('allowance is -1', $$%L, '2020-01-01Z', -1, 'a'$$,
   'invalid_amount', '{"parameter": "allowance", "value": -1, "minimum": 0, "maximum": 9007199254740991}'),
  ('allowance is 9007199254740992', $$%L, '2020-01-01Z', 9007199254740992, 'a'$$,
   'invalid_amount', '{"parameter": "allowance", "value": 9007199254740992, "minimum": 0, "maximum": 9007199254740991}'),
  ('reference is null', $$%L, '2020-01-01Z', 5, null$$,
   'missing_argument', '{"parameter": "reference"}'),
  ('reference is blank', $$%L, '2020-01-01Z', 5, ' '$$,
   'invalid_reference', '{"parameter": "reference", "length": 1, "maximum": 255}'),
  ('reference is too long', $$%L, '2020-01-01Z', 5, repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "reference", "length": 256, "maximum": 255}'),
  ('reference has a control character', $$%L, '2020-01-01Z', 5, E'a\nb'$$,
   'invalid_reference', '{"parameter": "reference", "control_character": "U+000A"}')
) c (what, arguments, token, detail);

select credits_tests.refuses(
  'select credits.change_allowance(gen_random_uuid(), ''2020-01-01 00:00Z'', 5, ''a'')',
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);
select credits_tests.refuses(
  format('select credits.change_allowance(%L, %L, 5, %L)', :'other', '2020-01-01 00:00Z', 'a'),
  'PT404', 'period_not_found', '{}', 'the month of another profile'
);
select credits_tests.refuses(
  format('select credits.change_allowance(%L, %L, 5, %L)', :'profile', '2020-01-02 00:00Z', 'a'),
  'PT404', 'period_not_found', '{}', 'another moment of the month'
);

select * from finish();
rollback;
