begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.refuses(
  'select credits.get_profile(null)', 'PT400', 'missing_argument', '{"parameter": "profile_id"}',
  'profile_id is null'
);
select throws_ok(
  'select credits.get_profile(gen_random_uuid())', 'PT404', 'profile_not_found',
  'an unknown profile'
);

select * from finish();
rollback;
