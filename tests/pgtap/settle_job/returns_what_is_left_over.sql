begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select is(
  credits_tests.answer(format('credits.settle_job(%L, 700)', :'job')),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'settled_cost', 700,
    'monthly_deducted', 500, 'addon_deducted', 200, 'shortfall', 0,
    'monthly_refunded', 0, 'addon_refunded', 1300, 'monthly_lapsed', 0, 'addon_lapsed', 0,
    'late', false, 'previous_balance', 3500, 'new_balance', 4800, 'seq', 3, 'replayed', false
  ),
  'addon comes back before monthly'
);
select is(credits_tests.buckets(:'profile'), '0 + 4800', 'the addon bucket has the rest');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
