begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 0) as free, credits_tests.job(:'profile', 2000) as paid \gset
select credits_tests.answer(format('credits.rollback_reservation(%L)', :'paid')) as done \gset
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
