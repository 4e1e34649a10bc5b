begin;
\ir ../helpers.psql
select plan(6);

select is(
  (select to_jsonb(i) - 'profile_id' from credits.import_profile(gen_random_uuid(), 0, 0) i),
  '{"credits_remaining": 0, "addon_credits": 0, "overdraft_limit": 0, "jobs": 0, "entries": 0,
    "seq": 1, "replayed": false}',
  'a profile with nothing'
);
select is(
  (select concat(i.jobs, ' ', i.entries)
     from credits.import_profile(gen_random_uuid(), 0, 0, null, null) i),
  '0 0', 'NULL for the arrays'
);
select credits_tests.imported(9007199254740990, 1, '{}', '{}', '{history_truncated}')
  as profile
\gset
select is(
  credits_tests.buckets(:'profile'), '9007199254740990 + 1', 'the largest buckets'
);
select credits_tests.sound(:'profile');

select credits_tests.imported(
  -1, -9007199254740990, '{}', credits_tests.old_ledger('+9007199254740990 purchase', '-1 addon'),
  '{negative_balance,balance_mismatch}'
) as profile \gset

select is(
  credits_tests.buckets(:'profile'), '0 + -9007199254740991',
  'the largest debt and the longest history'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
