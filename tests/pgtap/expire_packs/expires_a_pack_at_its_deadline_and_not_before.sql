begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset

select credits_tests.set_time('2030-01-31 23:59:59.999999Z') as before \gset
select is_empty(
  format('select from credits.expire_packs(10000) l where l.profile_id = %L', :'profile'),
  'a microsecond before'
);
select credits_tests.set_time('2030-02-01 00:00Z') as expiry \gset
select isnt_empty(
  format('select from credits.expire_packs(10000) l where l.profile_id = %L', :'profile'),
  'at the expiry'
);
select is(
  (select p.next_pack_expiry from credits.profiles p where p.id = :'profile'), null,
  'the profile has no next deadline any more'
);

select * from finish();
rollback;
