begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.refuses(
  'select credits.get_balance(null)',
  'PT400', 'missing_argument', '{"parameter": "profile_id"}',
  'NULL is refused'
);

select * from finish();
rollback;
