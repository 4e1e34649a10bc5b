begin;
\ir ../helpers.psql
select plan(6);

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
  'the ledger has the same order'
);
select credits_tests.sound(:'profile');

-- With a pack that expires in between.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.hold(:'profile', 1, '2 hours') as second,
       credits_tests.hold(:'profile', 2, '1 hour') as first
\gset
select credits_tests.pack(:'profile', 50, '2030-01-01 01:30Z') as pack,
       credits_tests.set_time('2030-01-02 00:00Z') as later
\gset

select results_eq(
  format('select r.amount, r.seq from credits.expire_holds(10000) r where r.profile_id = %L',
         :'profile'),
  'values (2::bigint, 5::bigint), (1::bigint, 7::bigint)',
  'the rows too are in the order of the deadlines'
);
select is(
  credits_tests.history(:'profile', 4), 'expire +0 +2, lapse +0 -50, expire +0 +1',
  'each counts from its own deadline'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
