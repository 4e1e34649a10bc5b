begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as job \gset
select credits_tests.job(:'profile', 100) as another \gset
select credits_tests.set_time('2030-01-01 00:50Z') as later \gset
select credits_tests.history(:'profile') as before \gset

select is(
  credits_tests.answer(format('credits.extend_hold(%L, %L)', :'job', '1 hour')),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'reserved', 'cost', 2000,
    'monthly_deducted', 500, 'addon_deducted', 1500,
    'previous_balance', 3400, 'new_balance', 3400, 'seq', 3, 'replayed', false,
    'hold_expires_at', '2030-01-01 01:50Z'::timestamptz
  ),
  'now + hold_for; the balances and seq are the present ones'
);
select is(credits_tests.history(:'profile'), :'before', 'the ledger has no row for it');
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  jsonb_build_object('hold_expires_at', '2030-01-01 01:00Z'::timestamptz,
                     'hold_due_at', '2030-01-01 01:50Z'::timestamptz),
  'the job has the first deadline and the present one'
);
select credits_tests.set_time('2030-01-01 01:49Z') as later \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')), '{"held": 2000}',
  'the credits stay on hold'
);
select credits_tests.set_time('2030-01-01 01:50Z') as later \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')), '{"held": 0}',
  'until the new deadline'
);
select credits_tests.sound(:'profile');

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 0, '1 hour') as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.extend_hold(%L, %L)', :'job', '365 days')),
  jsonb_build_object('cost', 0, 'monthly_deducted', 0, 'addon_deducted', 0, 'seq', 1,
                     'hold_expires_at', '2031-01-01 00:00Z'::timestamptz),
  'a free hold, by up to 365 days'
);

select * from finish();
rollback;
