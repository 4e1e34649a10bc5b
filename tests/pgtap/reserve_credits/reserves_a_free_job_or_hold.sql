begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, %L, 0)', :'profile', :'job')),
  jsonb_build_object(
    'job_id', :'job', 'cost', 0, 'monthly_deducted', 0, 'addon_deducted', 0,
    'previous_balance', 5500, 'new_balance', 5500, 'seq', 1, 'replayed', false
  ),
  'the answer has zeros, and the seq of the newest row'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "reserved", "reserved_cost": 0, "monthly_deducted": 0, "addon_deducted": 0,
    "reserve_seq": 1, "closing_seq": null}',
  'the job is there, with zeros'
);
select is(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"credit_cost": 0, "credits_deducted": true, "monthly_deducted": 0, "addon_deducted": 0}',
  'so is its breakdown'
);
select is(
  credits_tests.newest_entry(:'profile') ->> 'kind',
  'open',
  'the ledger has no row for it'
);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, gen_random_uuid(), 0)', :'profile')),
  '{"cost": 0, "previous_balance": 0, "new_balance": 0, "replayed": false}',
  'even from an empty wallet'
);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.hold(:'profile', 0, '1 hour') as job \gset

select credits_tests.shows(
  credits_tests.job_row(:'job'),
  jsonb_build_object('state', 'reserved', 'hold_due_at', '2030-01-01 01:00Z'::timestamptz),
  'a free hold has a deadline'
);
select credits_tests.set_time('2030-01-01 01:00Z') as later,
       credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as swept
\gset
select credits_tests.shows(
  credits_tests.job_row(:'job'), '{"state": "expired", "closing_seq": 1}', 'it expires'
);
select is(credits_tests.history(:'profile'), null, 'without a ledger row');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
