begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.renew_monthly(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, '2030-02-01 00:00Z', 5, 5$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('period_start is null', $$%L, null, 5, 5$$, 'missing_argument', '{"parameter": "period_start"}'),
  ('allowance is null', $$%L, '2030-02-01 00:00Z', null, 5$$,
   'missing_argument', '{"parameter": "allowance"}'),
  ('rollover_cap is null', $$%L, '2030-02-01 00:00Z', 5, null$$,
   'missing_argument', '{"parameter": "rollover_cap"}'),
  ('period_start is infinity, before the allowance is checked', $$%L, 'infinity', -1$$,
   'invalid_interval', '{"parameter": "period_start", "value": "infinity"}'),
  ('period_start is -infinity, before the allowance is checked', $$%L, '-infinity', -1$$,
   'invalid_interval', '{"parameter": "period_start", "value": "-infinity"}'),
  ('allowance is -1', $$%L, '2030-02-01 00:00Z', -1, -1$$, 'invalid_amount',
   '{"parameter": "allowance", "value": -1, "minimum": 0, "maximum": 9007199254740991}'),
  ('allowance is 9007199254740992',
   $$%L, '2030-02-01 00:00Z', 9007199254740992, 0$$, 'invalid_amount',
   '{"parameter": "allowance", "value": 9007199254740992, "minimum": 0,
     "maximum": 9007199254740991}'),
  ('rollover_cap is -1', $$%L, '2030-02-01 00:00Z', 0, -1$$, 'invalid_amount',
   '{"parameter": "rollover_cap", "value": -1, "minimum": 0, "maximum": 9007199254740991}'),
  ('rollover_cap is 9007199254740992',
   $$%L, '2030-02-01 00:00Z', 0, 9007199254740992$$, 'invalid_amount',
   '{"parameter": "rollover_cap", "value": 9007199254740992, "minimum": 0,
     "maximum": 9007199254740991}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
