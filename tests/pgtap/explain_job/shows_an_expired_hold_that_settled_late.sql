begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.hold(:'profile', 60, '1 hour') as job,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset
select credits_tests.settle(:'job', 70) as done \gset

select results_eq(
  format('select e.kind, e.outstanding from credits.explain_job(%L) e', :'job'),
  $$ values ('reserve', 60::bigint), ('expire', 0), ('settle', 70) $$,
  'reserve, expire, settle'
);

select * from finish();
rollback;
