begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.hold(:'profile', 10, '1 hour') as job \gset

select credits_tests.set_time('2030-01-01 00:59:59.999999Z') as before \gset
select is_empty(
  format('select from credits.expire_holds(10000) r where r.profile_id = %L', :'profile'),
  'a microsecond before'
);
select credits_tests.set_time('2030-01-01 01:00Z') as deadline \gset
select isnt_empty(
  format('select from credits.expire_holds(10000) r where r.profile_id = %L', :'profile'),
  'at the deadline'
);

select * from finish();
rollback;
