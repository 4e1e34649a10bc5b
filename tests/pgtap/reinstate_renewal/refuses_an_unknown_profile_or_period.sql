begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  'select credits.reinstate_renewal(gen_random_uuid(), ''2030-01-01Z'', ''a'', ''b'', ''c'')',
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);
select credits_tests.refuses(
  format('select credits.reinstate_renewal(%L, %L, %L, %L, %L)', :'profile', '2030-01-01 00:00Z',
         'dispute-1', 'why', 'who'),
  'PT404', 'period_not_found', '{}', 'a month that nobody began'
);

select * from finish();
rollback;
