begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(7, 70) as other \gset
select credits_tests.job(:'profile', 10) as job, credits_tests.job(:'other', 10) as other_job \gset
select credits_tests.job_row(:'job') as before \gset
select credits_tests.job(:'profile', 2000) as another \gset

select is(credits_tests.buckets(:'other'), '0 + 67', 'the other profile has what it had');
select is(credits_tests.job_row(:'job'), :'before', 'the other job is as it was');

select * from finish();
rollback;
