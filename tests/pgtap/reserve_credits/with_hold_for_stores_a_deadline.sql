begin;
\ir ../helpers.psql
select plan(9);

-- Without hold_for.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.shows(
  credits_tests.job_row(:'job'), '{"hold_expires_at": null, "hold_due_at": null}',
  'the job has no deadline'
);
select is(
  (select p.next_hold_expiry from credits.profiles p where p.id = :'profile'), null,
  'the profile has no deadline'
);

-- With hold_for.
select credits_tests.set_time('2030-01-01 00:00Z') as now, gen_random_uuid() as job,
       credits_tests.profile(500, 5000) as profile
\gset

select is(
  credits_tests.answer(format('credits.reserve_credits(%L, %L, 2000, hold_for => %L)',
                              :'profile', :'job', '1 day 2 hours')),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'reserved', 'cost', 2000,
    'monthly_deducted', 500, 'addon_deducted', 1500,
    'previous_balance', 5500, 'new_balance', 3500, 'seq', 2, 'replayed', false,
    'hold_expires_at', '2030-01-02 02:00Z'::timestamptz
  ),
  'the answer has now + hold_for'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  jsonb_build_object('hold_expires_at', '2030-01-02 02:00Z'::timestamptz,
                     'hold_due_at', '2030-01-02 02:00Z'::timestamptz, 'state', 'reserved'),
  'the job has the deadline'
);
select is(
  (select p.next_hold_expiry from credits.profiles p where p.id = :'profile'),
  '2030-01-02 02:00Z'::timestamptz, 'the profile has the deadline'
);
select is(
  credits_tests.history(:'profile'), 'reserve -500 -1500', 'the ledger is the same as without'
);
select credits_tests.sound(:'profile');

-- Several holds.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 1, '2 hours'), credits_tests.hold(:'profile', 1, '1 hour'),
       credits_tests.hold(:'profile', 1, '3 hours')
\gset hold_

select is(
  (select p.next_hold_expiry from credits.profiles p where p.id = :'profile'),
  '2030-01-01 01:00Z'::timestamptz, 'the profile knows the earliest'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
