begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, %L, 2000)', :'profile', :'job')),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'reserved', 'cost', 2000,
    'monthly_deducted', 500, 'addon_deducted', 1500,
    'previous_balance', 5500, 'new_balance', 3500, 'seq', 2, 'replayed', false
  ),
  'the balances are monthly + addon, before and after'
);

select * from finish();
rollback;
