begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.close(:'profile') as done \gset

select credits_tests.refuses(
  'select credits.set_overdraft_limit(gen_random_uuid(), 5, ''why'', ''who'')',
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);
select credits_tests.refuses(
  format('select credits.set_overdraft_limit(%L, 5, %L, %L)', :'profile', 'why', 'who'),
  'PT410', 'profile_closed', '{}', 'a closed profile'
);

select * from finish();
rollback;
