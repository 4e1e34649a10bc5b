begin;
\ir ../helpers.psql
select plan(3);

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
