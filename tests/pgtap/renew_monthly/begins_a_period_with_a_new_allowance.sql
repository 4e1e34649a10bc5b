begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-02-01 00:05Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset

select is(
  credits_tests.answer(format('credits.renew_monthly(%L, %L, 800, 300)',
                              :'profile', '2030-02-01 00:00Z')),
  jsonb_build_object(
    'profile_id', :'profile', 'period_start', '2030-02-01 00:00Z'::timestamptz,
    'allowance', 800, 'carried', 300, 'lapsed', 200, 'previous_balance', 5500,
    'new_balance', 6100, 'seq', 2, 'replayed', false
  ),
  'what is left is carried over up to the cap'
);
select is(
  credits_tests.newest_entry(:'profile'),
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 2, 'ts', '2030-02-01 00:05Z'::timestamptz, 'kind', 'renew',
    'job_id', null, 'monthly_delta', 600, 'addon_delta', 0, 'monthly_balance', 1100,
    'addon_balance', 5000, 'reference', null, 'actor', null, 'reason',
    'monthly renewal: 2030-02-01T00:00:00Z (allowance: 800, carried: 300, lapsed: 200)'
  ),
  'one ledger row'
);
select is(
  (select to_jsonb(r) from credits.renewals r where r.profile_id = :'profile'),
  jsonb_build_object(
    'profile_id', :'profile', 'period_start', '2030-02-01 00:00Z'::timestamptz,
    'allowance', 800, 'rollover_cap', 300, 'unused', 500, 'carried', 300, 'owed', 0, 'seq', 2
  ),
  'one renewal'
);
select is(
  (select p.period_start from credits.profiles p where p.id = :'profile'),
  '2030-02-01 00:00Z'::timestamptz, 'the profile is in the period'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
