begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(1000, 2000) as profile \gset
select credits_tests.job(:'profile', 1500) as job \gset
select credits_tests.refund(:'job', 200, 'part-1') as part \gset
select format('credits.rollback_reservation(%L)', :'job') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.shows(
  :'first',
  '{"state": "rolled_back", "amount": 1300, "monthly_refunded": 1000, "addon_refunded": 300,
    "previous_balance": 1700, "new_balance": 3000, "seq": 4, "replayed": false}',
  'the answer has what the part left'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "rolled_back", "monthly_refunded": 1000, "addon_refunded": 500, "closing_seq": 4}',
  'the job has both'
);
select is(credits_tests.buckets(:'profile'), '1000 + 2000', 'everything is back');
select credits_tests.replays(:'call', :'first', 'a replay answers with the rest');

select * from finish();
rollback;
