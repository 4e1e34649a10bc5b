begin;
\ir ../helpers.psql
select plan(8);

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

select credits_tests.refuses(
  'select credits.reserve_credits(gen_random_uuid(), gen_random_uuid(), 1, hold_for => ''-1 day'')',
  'PT400', 'invalid_interval',
  '{"parameter": "hold_for", "value": "-1 days", "maximum": "365 days"}',
  'hold_for before the profile'
);
select credits_tests.refuses(
  'select credits.reserve_credits(gen_random_uuid(), gen_random_uuid(), 1, ''[]'', ''-1 day'')',
  'PT400', 'invalid_metadata', '{"type": "array"}', 'meta before hold_for'
);
select credits_tests.refuses(
  'select credits.reserve_credits(gen_random_uuid(), gen_random_uuid(), 1, ''{}'', ''-1 day'', '''')',
  'PT400', 'invalid_interval',
  '{"parameter": "hold_for", "value": "-1 days", "maximum": "365 days"}', 'hold_for before spender'
);

select * from finish();
rollback;
