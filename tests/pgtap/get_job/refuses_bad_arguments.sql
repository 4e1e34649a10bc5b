begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.refuses(
  'select credits.get_job(null)', 'PT400', 'missing_argument', '{"parameter": "job_id"}',
  'job_id is null'
);
select throws_ok(
  'select credits.get_job(gen_random_uuid())', 'PT404', 'job_not_found', 'an unknown job'
);

select * from finish();
rollback;
