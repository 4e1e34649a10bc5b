begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.refuses(
  'select credits.get_limits(null)', 'PT400', 'missing_argument', '{"parameter": "profile_id"}',
  'profile_id is null'
);
select credits_tests.refuses(
  format('select credits.get_limits(%L, '' '')', :'profile'), 'PT400', 'invalid_reference',
  '{"parameter": "spender", "length": 1, "maximum": 255}', 'spender is blank'
);
select credits_tests.refuses(
  'select credits.get_limits(gen_random_uuid())', 'PT404', 'profile_not_found', '{}',
  'an unknown profile'
);

select * from finish();
rollback;
