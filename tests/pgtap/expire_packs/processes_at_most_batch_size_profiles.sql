begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('1990-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as first, credits_tests.profile(0, 0) as second
\gset
select credits_tests.pack(:'second', 20, '1990-02-02 00:00Z'),
       credits_tests.pack(:'first', 10, '1990-02-01 00:00Z'),
       credits_tests.pack(:'first', 11, '1990-02-03 00:00Z')
\gset pack_
select credits_tests.set_time('1990-03-01 00:00Z') as later \gset

select results_eq(
  'select l.profile_id, l.addon_delta from credits.expire_packs(1) l',
  format('values (%1$L::uuid, -10::bigint), (%1$L, -11)', :'first'),
  'the longest overdue first, with all its packs'
);
select results_eq(
  'select l.profile_id, l.addon_delta from credits.expire_packs(1) l',
  format('values (%L::uuid, -20::bigint)', :'second'),
  'then the next'
);

select * from finish();
rollback;
