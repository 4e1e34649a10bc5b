begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(500, 5000) as other \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.refuses(
  'select credits.settle_job(gen_random_uuid(), 5)', 'PT404', 'job_not_found', '{}',
  'a job that nobody reserved'
);
select credits_tests.refuses(
  format('select credits.settle_job(%L, 5, profile_id => %L)', :'job', :'other'),
  'PT404', 'job_not_found', '{}', 'the job of another profile'
);
select credits_tests.refuses(
  format('select credits.settle_job(%L, 5, profile_id => gen_random_uuid())', :'job'),
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 5, profile_id => %L)', :'job', :'profile')),
  '{"settled_cost": 5}', 'its own profile is accepted'
);

select * from finish();
rollback;
