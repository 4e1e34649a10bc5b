begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select credits_tests.answer(format('credits.reserve_credits(%L, %L, 2000, %L)',
                                   :'profile', :'job', '{"file": "rows.csv"}')),
       credits_tests.refund(:'job', 100, 'part-1'),
       credits_tests.settle(:'job', 700)
\gset done_

select is(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"file": "rows.csv", "credit_cost": 700, "credits_deducted": true, "monthly_deducted": 500,
    "addon_deducted": 200}',
  'the metadata, without the keys of an earlier refund'
);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as job \gset
select credits_tests.refund(:'job', 100, 'part-1') as done \gset
select credits_tests.set_time('2030-01-01 00:10Z') as later \gset
select credits_tests.settle(:'job', 700) as done \gset

select is(
  credits_tests.job_row(:'job') - array['meta_json'],
  jsonb_build_object(
    'id', :'job', 'profile_id', :'profile', 'state', 'settled', 'reserved_cost', 2000,
    'settled_cost', 700, 'monthly_deducted', 500, 'addon_deducted', 200,
    'monthly_refunded', 0, 'addon_refunded', 0, 'raised', 0, 'shortfall', 0, 'reserve_seq', 2,
    'settle_seq', 4, 'closing_seq', null, 'hold_expires_at', '2030-01-01 01:00Z'::timestamptz,
    'hold_due_at', null, 'period_start', null, 'settle_period_start', null,
    'settled_late', false, 'spender', null, 'monthly_drawn_at_settle', 0,
    'addon_drawn_at_settle', 0,
    'pack_deducted', 0, 'breakdown_source', null, 'monthly_held_at_import', null,
    'addon_held_at_import', null, 'created_at', '2030-01-01 00:00Z'::timestamptz,
    'finished_at', '2030-01-01 00:10Z'::timestamptz
  ),
  'the job: returns count anew, and the hold is gone'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')), '{"held": 0}',
  'nothing is held'
);

select * from finish();
rollback;
