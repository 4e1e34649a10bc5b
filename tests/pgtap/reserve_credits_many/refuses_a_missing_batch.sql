begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.refuses(
  'select credits.reserve_credits_many(null)', 'PT400', 'missing_argument', '{"parameter": "reservations"}',
  'NULL is no batch'
);

select * from finish();
rollback;
