begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  'select credits.rollback_reservation(gen_random_uuid())',
  'PT404', 'job_not_found', '{}',
  'a job that nobody reserved is refused'
);
select credits_tests.refuses(
  format('select credits.rollback_reservation(gen_random_uuid(), %L)', :'profile'),
  'PT404', 'job_not_found', '{}',
  'also with a profile'
);

select * from finish();
rollback;
