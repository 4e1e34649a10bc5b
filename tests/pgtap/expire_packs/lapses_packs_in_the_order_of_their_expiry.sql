begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 1, '2030-02-02 00:00Z'),
       credits_tests.pack(:'profile', 2, '2030-02-01 00:00Z'),
       credits_tests.pack(:'profile', 3, '2030-02-01 00:00Z', priority => -1),
       credits_tests.pack(:'profile', 4, '2030-03-01 00:00Z')
\gset pack_
select credits_tests.set_time('2030-02-02 00:00Z') as later \gset

select results_eq(
  format('select l.addon_delta, l.reason from credits.expire_packs(10000) l
           where l.profile_id = %L', :'profile'),
  $$
    values (-2::bigint, 'pack lapse: grant 3 (addon: -2)'),
           (-3::bigint, 'pack lapse: grant 4 (addon: -3)'),
           (-1::bigint, 'pack lapse: grant 2 (addon: -1)')
  $$,
  'then by age, whatever their priority'
);
select is(credits_tests.buckets(:'profile'), '0 + 4', 'the last one stays');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
