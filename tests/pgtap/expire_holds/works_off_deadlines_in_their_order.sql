begin;
\ir ../helpers.psql
select plan(3);

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
  'each as of its own deadline'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
