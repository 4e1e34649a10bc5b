begin;
\ir ../helpers.psql
select plan(8);

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

select * from finish();
rollback;
