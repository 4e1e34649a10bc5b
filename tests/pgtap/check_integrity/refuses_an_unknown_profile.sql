begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.refuses(
  'select credits.check_integrity(gen_random_uuid())', 'PT404', 'profile_not_found', '{}',
  'a profile that nobody opened'
);

select * from finish();
rollback;
