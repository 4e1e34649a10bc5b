begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now, credits_tests.profile(0, 100) as profile,
       credits_tests.profile(0, 100) as other
\gset
select credits_tests.hold(:'profile', 10, '1 hour') as job,
       credits_tests.hold(:'other', 10, '3 hours') as open
\gset
select credits_tests.job_row(:'open') as before,
       credits_tests.set_time('2030-01-01 02:00Z') as later
\gset
select count(*) as swept from credits.expire_holds(10000) \gset

select is(credits_tests.job_row(:'open'), :'before'::jsonb, 'a hold that is not due stays');
select is(credits_tests.history(:'other'), 'reserve +0 -10', 'so does its profile');

select * from finish();
rollback;
