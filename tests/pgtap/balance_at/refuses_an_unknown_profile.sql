begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(1, 2) as profile \gset

select credits_tests.refuses(
  'select credits.balance_at(gen_random_uuid(), now())', 'PT404', 'profile_not_found', '{}',
  'a profile that nobody opened'
);

select * from finish();
rollback;
