begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'refunded',
    'amount', 2000, 'monthly_refunded', 500, 'addon_refunded', 1500,
    'previous_balance', 3500, 'new_balance', 5500, 'seq', 3, 'replayed', false
  ),
  'the balances are monthly + addon, before and after'
);

select * from finish();
rollback;
