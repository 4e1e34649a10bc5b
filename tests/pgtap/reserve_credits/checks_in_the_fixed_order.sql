begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 5500) as job \gset

select credits_tests.refuses(
  'select credits.reserve_credits(gen_random_uuid(), gen_random_uuid(), 10, ''[]'')',
  'PT400', 'invalid_metadata', '{"type": "array"}',
  'arguments before the profile'
);
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, 5500, ''[]'')', :'profile', :'job'),
  'PT400', 'invalid_metadata', '{"type": "array"}',
  'arguments before the replay'
);
select credits_tests.refuses(
  format('select credits.reserve_credits(gen_random_uuid(), %L, 5500)', :'job'),
  'PT404', 'profile_not_found', '{}',
  'the profile before the replay'
);
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, 9999)', :'profile', :'job'),
  'PT409', 'job_conflict', '{}',
  'the replay before the funds'
);
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 1)', :'profile'),
  'PT402', 'insufficient_credits',
  '{"required": 1, "available": 0, "monthly": 0, "addon": 0}',
  'the funds last'
);

select * from finish();
rollback;
