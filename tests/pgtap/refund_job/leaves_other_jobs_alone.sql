begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(7, 70) as other \gset
select credits_tests.job(:'profile', 2000) as job, credits_tests.job(:'profile', 300) as another,
       credits_tests.job(:'other', 10) as other_job
\gset
select credits_tests.job_row(:'another') as before \gset
select credits_tests.refund(:'job') as done \gset

select is(credits_tests.job_row(:'another'), :'before', 'the other job of the profile');
select is(credits_tests.buckets(:'other'), '0 + 67', 'the other profile');

select * from finish();
rollback;
