begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 10, '2030-02-01 00:00Z'),
       credits_tests.pack(:'profile', 20, '2030-03-01 00:00Z'),
       credits_tests.set_time('2030-02-01 00:00Z') as later,
       credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as swept
\gset
select credits_tests.set_time('2030-03-01 00:00Z') as later \gset

select results_eq(
  format('select l.addon_delta from credits.expire_packs(10000) l where l.profile_id = %L',
         :'profile'),
  'values (-20::bigint)',
  'an earlier lapse is only in the ledger'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
