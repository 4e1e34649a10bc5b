begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  'select credits.reinstate_grant(gen_random_uuid(), ''order-1'', ''dispute-1'', ''why'', ''who'')',
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);
select credits_tests.refuses(
  format('select credits.reinstate_grant(%L, %L, %L, %L, %L)', :'profile', 'order-1', 'dispute-1',
         'why', 'who'),
  'PT404', 'grant_not_found', '{}', 'a reference that nobody granted'
);

select * from finish();
rollback;
