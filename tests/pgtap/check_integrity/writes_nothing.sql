begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.hold(:'profile', 60, '1 hour') as job,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset
select credits_tests.fingerprint() as before \gset

select credits_tests.sound(:'profile', 'an overdue hold is not an error');
select is(credits_tests.fingerprint(), :'before', 'it is not processed');

select * from finish();
rollback;
