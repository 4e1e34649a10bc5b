begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'job', 'part-1')),
  '{"state": "reserved", "amount": 100}', 'a part leaves it open'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"state": "refunded", "amount": 1900, "new_balance": 5500}', 'the rest ends it'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  jsonb_build_object('hold_due_at', null,
                     'hold_expires_at', '2030-01-01 01:00Z'::timestamptz),
  'the job has no deadline any more'
);
select credits_tests.set_time('2030-01-01 01:00Z') as later \gset
select is_empty(
  format('select from credits.expire_holds(10000) r where r.profile_id = %L', :'profile'),
  'it does not expire later'
);
select credits_tests.sound(:'profile');

-- An overdue hold.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as job,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset

select credits_tests.refuses(
  format('select credits.refund_job(%L, 1, %L)', :'job', 'part-1'),
  'PT409', 'refund_exceeds_deduction', '{"amount": 1, "refundable": 0}', 'a part is too late'
);
select is(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'expired', 'amount', 0,
    'monthly_refunded', 0, 'addon_refunded', 0, 'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
    'previous_balance', 5500, 'new_balance', 5500, 'seq', 3, 'replayed', true,
    'breakdown_source', 'recorded'
  ),
  'a worker that reports a failure late is not an error'
);
select is(
  credits_tests.history(:'profile'), 'reserve -500 -1500, expire +500 +1500', 'the hold gave back'
);

select * from finish();
rollback;
