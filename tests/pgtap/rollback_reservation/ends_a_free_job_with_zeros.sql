begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 0) as job, credits_tests.job(:'profile', 2000) as another \gset
select format('credits.rollback_reservation(%L)', :'job') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.shows(
  :'first',
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'rolled_back', 'amount', 0,
    'monthly_refunded', 0, 'addon_refunded', 0,
    'previous_balance', 3500, 'new_balance', 3500, 'seq', 2, 'replayed', false
  ),
  'the answer has zeros, and the balances and seq of now'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "rolled_back", "closing_seq": 2, "monthly_refunded": 0, "addon_refunded": 0}',
  'the job is rolled back'
);
select is(
  (select count(*) from credits.ledger l where l.profile_id = :'profile'),
  2::bigint,
  'the ledger has no row for it'
);
select credits_tests.replays(:'call', :'first', 'the same call again answers the same');

-- After the rollback of another job.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 0) as free, credits_tests.job(:'profile', 2000) as paid \gset
select credits_tests.roll_back(:'paid') as done \gset
select format('credits.rollback_reservation(%L)', :'free') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.shows(
  :'first',
  '{"state": "rolled_back", "amount": 0, "monthly_refunded": 0, "addon_refunded": 0, "seq": 3,
    "previous_balance": 5500, "new_balance": 5500, "replayed": false}',
  'the newest row is that of another job'
);
select credits_tests.replays(:'call', :'first', 'a replay does not answer with it');

select * from finish();
rollback;
