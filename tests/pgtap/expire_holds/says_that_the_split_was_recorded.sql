begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.hold(:'profile', 60, '1 hour') as job,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset

select is(
  (select e.breakdown_source from credits.expire_holds() e where e.job_id = :'job'), 'recorded',
  'as every return here'
);

select * from finish();
rollback;
