begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.job(:'profile', 50) as job,
       credits_tests.set_time('2030-02-01 00:00Z') as later
\gset

select is_empty(
  format('select from credits.expire_packs(10000) l where l.profile_id = %L', :'profile'),
  'nothing is left of it'
);
select is(credits_tests.history(:'profile', 2), 'reserve +0 -50', 'nothing lapses');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
