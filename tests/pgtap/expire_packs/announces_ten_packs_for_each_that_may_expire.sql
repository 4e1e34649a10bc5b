begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.watch(credits_tests.profile(0, 0)) as profile
\gset
select count(credits_tests.pack(:'profile', 5, '2030-01-10 00:00Z', reference => n::text)) as packs
  from generate_series(1, 11) n
\gset
update credits.packs k set notice_at = 'infinity' where k.profile_id <> :'profile';
select credits_tests.set_time('2030-01-08 00:00Z') as due,
       (select count(*) from credits.expire_packs(1)) as swept
\gset
select is((select count(*) from credits.events e where e.profile_id = :'profile'), 10::bigint,
          'one batch');
select count(*) as swept from credits.expire_packs(1) \gset
select is((select count(*) from credits.events e where e.profile_id = :'profile'), 11::bigint,
          'and the next');

select * from finish();
rollback;
