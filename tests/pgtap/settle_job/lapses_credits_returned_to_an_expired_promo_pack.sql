begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z', 'promo') as pack \gset
select credits_tests.job(:'profile', 50) as job \gset
select credits_tests.set_time('2030-02-01 00:00Z') as later \gset
select credits_tests.answer(format('credits.settle_job(%L, 20)', :'job')) as first \gset

select credits_tests.shows(
  :'first',
  '{"settled_cost": 20, "addon_deducted": 20, "addon_refunded": 30, "addon_lapsed": 30,
    "monthly_lapsed": 0, "previous_balance": 100, "new_balance": 100, "seq": 4}',
  'the answer says so'
);
select is(
  credits_tests.history(:'profile', 2), 'reserve +0 -50, settle +0 +30, lapse +0 -30',
  'two ledger rows'
);
select is(
  credits_tests.newest_entry(:'profile') - array['ts', 'profile_id'],
  jsonb_build_object(
    'seq', 5, 'kind', 'lapse', 'job_id', :'job', 'monthly_delta', 0, 'addon_delta', -30,
    'monthly_balance', 0, 'addon_balance', 100, 'reference', null, 'actor', null,
    'reason', format('job lapse: %s (monthly: 0, addon: -30)', :'job')
  ),
  'the second names the job'
);
select credits_tests.replays(
  format('credits.settle_job(%L, 20)', :'job'), :'first', 'a replay answers the same'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
