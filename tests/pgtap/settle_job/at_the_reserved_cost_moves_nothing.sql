begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select is(
  credits_tests.answer(format('credits.settle_job(%L, 2000)', :'job')),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'settled_cost', 2000,
    'monthly_deducted', 500, 'addon_deducted', 1500, 'shortfall', 0,
    'monthly_refunded', 0, 'addon_refunded', 0, 'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
    'late', false, 'previous_balance', 3500, 'new_balance', 3500, 'seq', 2, 'replayed', false
  ),
  'the answer has the newest row and one balance twice'
);
select is(credits_tests.history(:'profile'), 'reserve -500 -1500', 'no ledger row is written');
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "settled", "settled_cost": 2000, "settle_seq": 2}',
  'the job is settled'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
