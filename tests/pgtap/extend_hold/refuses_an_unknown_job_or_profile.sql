begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile, credits_tests.profile(500, 5000) as other
\gset
select credits_tests.hold(:'profile', 10, '1 hour') as job \gset

select credits_tests.refuses(
  'select credits.extend_hold(gen_random_uuid(), ''1 hour'')', 'PT404', 'job_not_found', '{}',
  'a job that nobody reserved'
);
select credits_tests.refuses(
  format('select credits.extend_hold(%L, %L, %L)', :'job', '1 hour', :'other'),
  'PT404', 'job_not_found', '{}', 'the job of another profile'
);
select credits_tests.refuses(
  format('select credits.extend_hold(%L, %L, gen_random_uuid())', :'job', '1 hour'),
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.extend_hold(%L, %L, %L)', :'job', '1 hour', :'profile')),
  '{"cost": 10}', 'its own profile is accepted'
);

select * from finish();
rollback;
