begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.refuses(
  'select credits.reserve_credits(gen_random_uuid(), gen_random_uuid(), 2000)',
  'PT404', 'profile_not_found', '{}',
  'a profile that nobody opened is refused'
);

select * from finish();
rollback;
