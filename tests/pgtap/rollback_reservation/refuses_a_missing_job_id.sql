begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.refuses(
  'select credits.rollback_reservation(null)',
  'PT400', 'missing_argument', '{"parameter": "job_id"}',
  'NULL is refused'
);

select * from finish();
rollback;
