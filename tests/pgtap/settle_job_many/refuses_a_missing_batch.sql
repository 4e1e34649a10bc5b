begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.refuses(
  'select credits.settle_job_many(null)', 'PT400', 'missing_argument', '{"parameter": "settlements"}',
  'NULL is no batch'
);

select * from finish();
rollback;
