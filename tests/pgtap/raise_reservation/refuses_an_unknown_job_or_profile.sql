begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(500, 5000) as other \gset
select credits_tests.job(:'profile', 10) as job \gset

select credits_tests.refuses(
  'select credits.raise_reservation(gen_random_uuid(), 20)', 'PT404', 'job_not_found', '{}',
  'a job that nobody reserved'
);
select credits_tests.refuses(
  format('select credits.raise_reservation(%L, 20, %L)', :'job', :'other'),
  'PT404', 'job_not_found', '{}', 'the job of another profile'
);
select credits_tests.refuses(
  format('select credits.raise_reservation(%L, 20, gen_random_uuid())', :'job'),
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.raise_reservation(%L, 20, %L)', :'job', :'profile')),
  '{"cost": 20}', 'its own profile is accepted'
);

select * from finish();
rollback;
