begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.refuses(
  'select credits.import_profile(null, 0, 0)',
  'PT400', 'missing_argument', '{"parameter": "profile_id"}', 'NULL for profile_id is refused'
);

select * from finish();
rollback;
