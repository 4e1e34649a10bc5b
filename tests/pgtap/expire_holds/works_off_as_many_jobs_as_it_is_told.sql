begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('1990-01-01 00:00Z') as now, credits_tests.profile(0, 100) as profile,
       credits_tests.profile(0, 100) as other
\gset
select credits_tests.hold(:'profile', 10, '1 hour') as first,
       credits_tests.hold(:'other', 10, '2 hours') as second
\gset
select credits_tests.set_time('1990-01-01 03:00Z') as later \gset

select results_eq(
  'select r.job_id from credits.expire_holds(1) r', format('values (%L::uuid)', c.job),
  c.description
)
from (values (:'first', 'the longest overdue')) c (job, description);
select is(credits_tests.job_row(:'second') ->> 'state', 'reserved', 'another profile waits');
select results_eq(
  'select r.job_id from credits.expire_holds(1) r', format('values (%L::uuid)', :'second'),
  'for its turn'
);

select * from finish();
rollback;
