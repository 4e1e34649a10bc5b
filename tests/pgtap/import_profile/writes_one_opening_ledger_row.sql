begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported_with_a_job() as profile,
       credits_tests.imported(-3, 1, '{}', '{}', '{negative_balance,balance_mismatch}') as debtor
\gset

select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 1, 'kind', 'open', 'job_id', null, 'monthly_delta', 0,
    'addon_delta', 3500, 'monthly_balance', 0, 'addon_balance', 3500,
    'reason', 'profile imported (monthly: 0, addon: +3500)', 'reference', null, 'actor', null
  ),
  'it has the buckets, not what jobs had taken before'
);
select credits_tests.shows(
  credits_tests.newest_entry(:'debtor'),
  '{"seq": 1, "kind": "open", "monthly_delta": 0, "addon_delta": -2,
    "reason": "profile imported (monthly: 0, addon: -2)"}',
  'also for a debt'
);
select credits_tests.sound(:'profile');
select credits_tests.sound(:'debtor');

select * from finish();
rollback;
