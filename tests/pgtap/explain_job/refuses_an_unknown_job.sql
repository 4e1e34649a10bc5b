begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(0, 100) as profile, credits_tests.profile(0, 0) as other \gset
select credits_tests.job(:'profile', 10) as job \gset

select credits_tests.refuses(
  'select credits.explain_job(gen_random_uuid())', 'PT404', 'job_not_found', '{}',
  'a job that nobody reserved'
);
select credits_tests.refuses(
  format('select credits.explain_job(%L, %L)', :'job', :'other'), 'PT404', 'job_not_found', '{}',
  'the job of another profile'
);
select isnt_empty(
  format('select credits.explain_job(%L, %L)', :'job', :'profile'), 'its own profile is accepted'
);

select * from finish();
rollback;
