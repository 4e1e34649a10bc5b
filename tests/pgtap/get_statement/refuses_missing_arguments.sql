begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.refuses(
  'select credits.get_statement(null)',
  'PT400', 'missing_argument', '{"parameter": "profile_id"}',
  'NULL for profile_id is refused'
);
select credits_tests.refuses(
  format('select credits.get_statement(%L, page_size => null)', credits_tests.profile(5, 5)),
  'PT400', 'missing_argument', '{"parameter": "page_size"}',
  'NULL for page_size is refused'
);

select * from finish();
rollback;
