begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(0, 0) as profile, credits_tests.profile(0, 0) as other \gset
select credits_tests.renew(:'other', '2030-01-01 00:00Z', 500) as done \gset

select credits_tests.refuses(
  'select credits.revoke_renewal(gen_random_uuid(), ''2030-01-01 00:00Z'', ''a'', 5, ''b'', ''c'')',
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);
select credits_tests.refuses(
  format('select credits.revoke_renewal(%L, %L, %L, 5, %L, %L)', :'profile', '2030-01-01 00:00Z',
         'refund-1', 'why', 'who'),
  'PT404', 'period_not_found', '{}', 'the month of another profile'
);
select credits_tests.refuses(
  format('select credits.revoke_renewal(%L, %L, %L, 5, %L, %L)', :'other', '2030-01-02 00:00Z',
         'refund-1', 'why', 'who'),
  'PT404', 'period_not_found', '{}', 'another moment of the month'
);

select * from finish();
rollback;
