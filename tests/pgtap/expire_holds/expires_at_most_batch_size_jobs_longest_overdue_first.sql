begin;
\ir ../helpers.psql
select plan(11);

select credits_tests.set_time('1990-01-01 00:00Z') as now \gset
select count(*) as holds
  from generate_series(1, 8) n,
       lateral credits_tests.profile(0, 10 + 0 * n) p,
       lateral credits_tests.hold(p, n, (9 - n) * interval '1 hour') h
\gset
select credits_tests.set_time('1990-01-02 00:00Z') as later \gset

select is(r.amount, n, format('the hold of %s', n))
  from generate_series(8::bigint, 1, -1) n,
       lateral credits.expire_holds(1 + 0 * n) r;

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
  'until it is its turn'
);

select * from finish();
rollback;
