begin;
\ir ../helpers.psql
select plan(15);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.renew_monthly(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, '2020-02-01 00:00Z', 5, 5$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('period_start is null', $$%L, null, 5, 5$$, 'missing_argument', '{"parameter": "period_start"}'),
  ('allowance is null', $$%L, '2020-02-01 00:00Z', null, 5$$,
   'missing_argument', '{"parameter": "allowance"}'),
  ('rollover_cap is null', $$%L, '2020-02-01 00:00Z', 5, null$$,
   'missing_argument', '{"parameter": "rollover_cap"}'),
  ('period_start is infinity, before the allowance is checked', $$%L, 'infinity', -1$$,
   'invalid_interval', '{"parameter": "period_start", "value": "infinity",
     "maximum": "9999-12-31T23:59:59.999999+00:00"}'),
  ('period_start is -infinity, before the allowance is checked', $$%L, '-infinity', -1$$,
   'invalid_interval', '{"parameter": "period_start", "value": "-infinity",
     "maximum": "9999-12-31T23:59:59.999999+00:00"}'),
  ('period_start is in the year 10000', $$%L, '10000-01-01 00:00Z', -1$$, 'invalid_interval',
   '{"parameter": "period_start", "value": "10000-01-01T00:00:00+00:00",
     "maximum": "9999-12-31T23:59:59.999999+00:00"}'),
  ('period_start is in milliseconds', $$%L, to_timestamp(1769904000000), 5$$, 'invalid_interval',
   '{"parameter": "period_start", "value": "58056-01-10T00:00:00+00:00",
     "maximum": "9999-12-31T23:59:59.999999+00:00"}'),
  ('period_start is before the year 1', $$%L, '0001-12-31 23:59:59Z BC', 5$$, 'invalid_interval',
   '{"parameter": "period_start", "value": "0001-12-31T23:59:59+00:00 BC",
     "maximum": "9999-12-31T23:59:59.999999+00:00"}'),
  ('allowance is -1', $$%L, '2020-02-01 00:00Z', -1, -1$$, 'invalid_amount',
   '{"parameter": "allowance", "value": -1, "minimum": 0, "maximum": 9007199254740991}'),
  ('allowance is 9007199254740992',
   $$%L, '2020-02-01 00:00Z', 9007199254740992, 0$$, 'invalid_amount',
   '{"parameter": "allowance", "value": 9007199254740992, "minimum": 0,
     "maximum": 9007199254740991}'),
  ('rollover_cap is -1', $$%L, '2020-02-01 00:00Z', 0, -1$$, 'invalid_amount',
   '{"parameter": "rollover_cap", "value": -1, "minimum": 0, "maximum": 9007199254740991}'),
  ('rollover_cap is 9007199254740992',
   $$%L, '2020-02-01 00:00Z', 0, 9007199254740992$$, 'invalid_amount',
   '{"parameter": "rollover_cap", "value": 9007199254740992, "minimum": 0,
     "maximum": 9007199254740991}')
) c (what, arguments, token, detail);

select credits_tests.set_time('2030-01-01 12:00Z') as now \gset
select credits_tests.refuses(
  format('select credits.renew_monthly(%L, %L, 5)', :'profile', '2031-01-02 12:00:00.000001Z'),
  'PT400', 'invalid_interval',
  '{"parameter": "period_start", "value": "2031-01-02T12:00:00.000001+00:00",
    "maximum": "2031-01-02T12:00:00+00:00"}',
  'period_start is more than 366 days ahead'
);
select credits_tests.shows(
  credits_tests.answer(
    format('credits.renew_monthly(%L, %L, 5)', :'profile', '2031-01-02 12:00Z')),
  '{"period_start": "2031-01-02T12:00:00+00:00", "replayed": false}', '366 days ahead are accepted'
);

select * from finish();
rollback;
