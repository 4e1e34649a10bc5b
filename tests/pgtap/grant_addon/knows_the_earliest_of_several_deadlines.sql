begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.pack(:'profile', 2, '2030-02-02 00:00Z'),
       credits_tests.pack(:'profile', 1, '2030-02-01 00:00Z'),
       credits_tests.pack(:'profile', 3, '2030-02-03 00:00Z')
\gset pack_

select is(
  (select p.next_pack_expiry from credits.profiles p where p.id = :'profile'),
  '2030-02-01 00:00Z'::timestamptz, 'whatever their order'
);

select * from finish();
rollback;
