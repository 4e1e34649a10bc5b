begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.hold(:'profile', 10, '1 hour') as job \gset
select credits_tests.close(:'profile') as done,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset

select credits_tests.shows(
  (select to_jsonb(r) from credits.expire_holds(10000) r where r.profile_id = :'profile'),
  '{"amount": 10, "new_balance": 100}', 'its holds expire too'
);

select * from finish();
rollback;
