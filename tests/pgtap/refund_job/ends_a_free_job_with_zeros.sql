begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 0) as job, credits_tests.job(:'profile', 2000) as another \gset
select format('credits.refund_job(%L)', :'job') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.shows(
  :'first',
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'refunded', 'amount', 0,
    'monthly_refunded', 0, 'addon_refunded', 0,
    'previous_balance', 3500, 'new_balance', 3500, 'seq', 2, 'replayed', false
  ),
  'the answer has zeros, and the balances and seq of now'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "refunded", "closing_seq": 2, "monthly_refunded": 0, "addon_refunded": 0}',
  'the job is refunded'
);
select is(
  (select count(*) from credits.ledger l where l.profile_id = :'profile'),
  2::bigint,
  'the ledger has no row for it'
);
select credits_tests.replays(:'call', :'first', 'the same call again answers the same');

-- After the refund of another job.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 0) as free, credits_tests.job(:'profile', 2000) as paid \gset
select credits_tests.refund(:'paid') as done \gset
select format('credits.refund_job(%L)', :'free') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.shows(
  :'first',
  '{"state": "refunded", "amount": 0, "monthly_refunded": 0, "addon_refunded": 0, "seq": 3,
    "previous_balance": 5500, "new_balance": 5500, "replayed": false}',
  'the newest row is that of another job'
);
select credits_tests.replays(:'call', :'first', 'a replay does not answer with it');
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'nothing came back twice');

-- A job that was settled at zero.
select credits_tests.profile(0, 100) as profile \gset
select credits_tests.job(:'profile', 60) as job \gset
select credits_tests.settle(:'job', 0) as done \gset
select credits_tests.answer(format('credits.refund_job(%L)', :'job')) as first \gset

select credits_tests.shows(
  :'first',
  '{"state": "refunded", "amount": 0, "previous_balance": 100, "new_balance": 100, "seq": 3,
    "replayed": false}',
  'nothing comes back'
);
select credits_tests.replays(
  format('credits.refund_job(%L)', :'job'), :'first', 'a replay answers the same'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
