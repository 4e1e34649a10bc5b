begin;
\ir ../helpers.psql
select plan(4);

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

select * from finish();
rollback;
