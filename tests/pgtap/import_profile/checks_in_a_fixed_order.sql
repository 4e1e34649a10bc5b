begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.imported_story() as other, credits_tests.profile(0, 0) as profile,
       array[credits_tests.old_job_with('A', '{}')] as jobs
\gset

select credits_tests.refuses(
  'select credits.import_profile(null, null, 0, accept => ''{all}'')',
  'PT400', 'missing_argument', '{"parameter": "profile_id"}', 'missing arguments first'
);
select throws_ok(
  format('select credits.import_profile(%L, null, 0, accept => ''{all}'')', :'profile'),
  'PT400', 'invalid_option', 'then the kinds of damage'
);
select throws_ok(
  format('select credits.import_profile(%L, -1e16, -1e16)', :'profile'),
  'PT400', 'invalid_amount', 'then the debt'
);
select credits_tests.refuses(
  format('select credits.import_profile(%L, null, 0, %L)', :'profile', :'jobs'),
  'PT409', 'profile_exists', '{}', 'then the profile'
);
select throws_ok(
  format('select credits.import_profile(gen_random_uuid(), null, 0, %L, %L)', :'jobs',
         credits_tests.old_ledger('+9007199254740991 purchase', '-1 addon')),
  'PT400', 'invalid_amount', 'then the amounts'
);
select credits_tests.refuses(
  format('select credits.import_profile(gen_random_uuid(), null, 0, %L)', :'jobs'),
  'PT422', 'legacy_damage', '{"null_balance": 1, "meta_missing": 1}',
  'then the damage, and the jobs last'
);

select * from finish();
rollback;
