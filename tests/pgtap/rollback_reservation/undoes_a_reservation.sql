begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(1000, 2000) as profile, gen_random_uuid() as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, %L, 1500)', :'profile', :'job')),
  '{"monthly_deducted": 1000, "addon_deducted": 500}',
  '1500 of 1000 + 2000: 1000 monthly, 500 addon'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.rollback_reservation(%L)', :'job')),
  '{"monthly_refunded": 1000, "addon_refunded": 500}',
  'and the same back'
);
select is(credits_tests.buckets(:'profile'), '1000 + 2000', 'as if nothing had happened');

select credits_tests.profile(1000, 2000) as profile \gset
select credits_tests.job(:'profile', 1500) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.rollback_reservation(%L)', :'job')),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'rolled_back',
    'amount', 1500, 'monthly_refunded', 1000, 'addon_refunded', 500,
    'previous_balance', 1500, 'new_balance', 3000, 'seq', 3, 'replayed', false
  ),
  'the balances are monthly + addon, before and after'
);

select * from finish();
rollback;
