begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.pack(:'profile', 10, '2030-02-01 00:00Z') as pack \gset
select credits_tests.close(:'profile') as done,
       credits_tests.set_time('2030-02-01 00:00Z') as later
\gset

select credits_tests.shows(
  (select to_jsonb(l) from credits.expire_packs(10000) l where l.profile_id = :'profile'),
  '{"addon_delta": -10}', 'its packs expire too'
);

select * from finish();
rollback;
