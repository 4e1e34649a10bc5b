begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select count(*) as holds
  from generate_series(1, 8) n,
       lateral credits_tests.hold(:'profile', n, (9 - n) * interval '1 hour') h
\gset
select credits_tests.set_time('2030-01-02 00:00Z') as later \gset

select results_eq(
  format('select r.amount from credits.expire_holds(10000) r where r.profile_id = %L', :'profile'),
  'select n::bigint from generate_series(8, 1, -1) n',
  'the longest overdue first'
);
select is(
  credits_tests.history(:'profile', 9),
  'expire +0 +8, expire +0 +7, expire +0 +6, expire +0 +5, '
  'expire +0 +4, expire +0 +3, expire +0 +2, expire +0 +1',
  'as the ledger'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
