begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.refuses(
  'select credits.renew_monthly(gen_random_uuid(), ''2030-02-01 00:00Z'', 5)',
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);

select * from finish();
rollback;
