begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.set_overdraft(:'profile', 60) as done \gset
select credits_tests.job(:'profile', 50) as debt \gset
select credits_tests.pack(:'profile', 100, '2030-02-01 00:00Z') as pack,
       credits_tests.set_time('2030-02-01 00:00Z') as later
\gset

select credits_tests.shows(
  (select to_jsonb(l) from credits.expire_packs(10000) l where l.profile_id = :'profile'),
  '{"addon_delta": -100, "addon_balance": -50}', 'the whole pack lapses'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
