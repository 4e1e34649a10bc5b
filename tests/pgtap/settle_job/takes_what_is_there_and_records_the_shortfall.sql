begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.profile(500, 1500) as profile \gset
select credits_tests.job(:'profile', 1600) as job \gset

select is(
  credits_tests.answer(format('credits.settle_job(%L, 2100)', :'job')),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'settled_cost', 2100,
    'monthly_deducted', 500, 'addon_deducted', 1500, 'shortfall', 100,
    'monthly_refunded', 0, 'addon_refunded', 0, 'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
    'late', false, 'previous_balance', 400, 'new_balance', 0, 'seq', 3, 'replayed', false
  ),
  'by default a finished job never fails'
);
select is(credits_tests.history(:'profile'), 'reserve -500 -1100, settle +0 -400', 'the ledger');
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "settled", "settled_cost": 2100, "shortfall": 100, "addon_deducted": 1500}',
  'the job has the shortfall'
);
select credits_tests.sound(:'profile');

-- With nothing there.
select credits_tests.profile(100, 0) as profile \gset
select credits_tests.job(:'profile', 100) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, %s)', :'job', 9007199254740991)),
  '{"settled_cost": 9007199254740991, "monthly_deducted": 100, "shortfall": 9007199254740891,
    "seq": 2, "previous_balance": 0, "new_balance": 0}',
  'the largest cost with nothing there'
);
select is(credits_tests.history(:'profile'), 'reserve -100 +0', 'no ledger row is written');
select credits_tests.sound(:'profile');

select credits_tests.profile(0, 100) as profile \gset
select credits_tests.job(:'profile', 60) as job \gset
select credits_tests.settle(:'job', 150) as done \gset

select is(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"credit_cost": 150, "credits_deducted": true, "monthly_deducted": 0, "addon_deducted": 100}',
  'the metadata has the cost asked for and the deduction made'
);

select * from finish();
rollback;
