begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.adjust_credits(%L, %L, 100, 0, %L, %L)',
                                   :'profile', 'a', 'why', 'who')) as done \gset

select is(
  credits_tests.answer(format('credits.settle_job(%L, 2300)', :'job')),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'settled_cost', 2300,
    'monthly_deducted', 600, 'addon_deducted', 1700, 'shortfall', 0,
    'monthly_refunded', 0, 'addon_refunded', 0, 'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
    'late', false, 'previous_balance', 3600, 'new_balance', 3300, 'seq', 4, 'replayed', false
  ),
  'the difference is split like any other cost'
);
select is(
  credits_tests.history(:'profile', 3), 'settle -100 -200', 'the ledger has the difference only'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"monthly_drawn_at_settle": 100, "addon_drawn_at_settle": 200}',
  'the job remembers its second draw'
);
select credits_tests.sound(:'profile');

-- In another period.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 600) as job \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 500) as done \gset
select credits_tests.settle(:'job', 700) as done \gset

select credits_tests.shows(
  credits_tests.job_row(:'job'),
  jsonb_build_object('period_start', null,
                     'settle_period_start', '2020-02-01 00:00Z'::timestamptz,
                     'monthly_deducted', 600, 'monthly_drawn_at_settle', 100),
  'the first draw has its own'
);

select * from finish();
rollback;
