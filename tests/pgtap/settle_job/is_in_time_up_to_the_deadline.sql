begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 1000) as profile
\gset
select credits_tests.hold(:'profile', 100, '1 hour') as in_time,
       credits_tests.hold(:'profile', 100, '1 hour 1 microsecond') as just,
       credits_tests.hold(:'profile', 100, '1 hour') as late
\gset

select credits_tests.set_time('2030-01-01 00:59:59.999999Z') as almost \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 100)', :'in_time')),
  '{"late": false}', 'a microsecond before'
);
select credits_tests.set_time('2030-01-01 01:00Z') as deadline \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 100)', :'late')),
  '{"late": true}', 'at the deadline it is late'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 100)', :'just')),
  '{"late": false}', 'another hold has its own'
);

select * from finish();
rollback;
