begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.refuses(
  'select credits.close_profile(gen_random_uuid(), ''why'', ''who'')',
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);

select * from finish();
rollback;
