begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.renew(:'profile', '2031-01-01 00:00Z', 800) as done,
       credits_tests.set_time('2029-12-01 00:00Z') as earlier
\gset
select credits_tests.shows(
  credits_tests.answer(format('credits.renew_monthly(%L, %L, 800)', :'profile', '2031-01-01 00:00Z')),
  '{"seq": 2, "replayed": true}', 'a replay is a replay, though the clock has stepped back'
);
select credits_tests.refuses(
  format('select credits.renew_monthly(%L, %L, 800)', :'profile', '2031-02-01 00:00Z'),
  'PT400', 'invalid_interval',
  '{"parameter": "period_start", "value": "2031-02-01T00:00:00+00:00",
    "maximum": "2030-12-02T00:00:00+00:00"}',
  'a new period is too far ahead'
);

select * from finish();
rollback;
