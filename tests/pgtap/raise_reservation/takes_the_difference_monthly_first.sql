begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 300, '1 hour') as job \gset

select is(
  credits_tests.answer(format('credits.raise_reservation(%L, 900)', :'job')),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'reserved', 'cost', 900,
    'monthly_deducted', 500, 'addon_deducted', 400,
    'hold_expires_at', '2030-01-01 01:00Z'::timestamptz, 'previous_balance', 5200,
    'new_balance', 4600, 'seq', 3, 'replayed', false
  ),
  'what the job holds now, and the balances around what this call took'
);
select is(credits_tests.buckets(:'profile'), '0 + 4600', '200 monthly and 400 addon credits');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
