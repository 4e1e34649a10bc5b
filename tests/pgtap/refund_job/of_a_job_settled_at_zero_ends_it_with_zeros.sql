begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(0, 100) as profile \gset
select credits_tests.job(:'profile', 60) as job \gset
select credits_tests.answer(format('credits.settle_job(%L, 0)', :'job')) as done \gset
select credits_tests.answer(format('credits.refund_job(%L)', :'job')) as first \gset

select credits_tests.shows(
  :'first',
  '{"state": "refunded", "amount": 0, "previous_balance": 100, "new_balance": 100, "seq": 3,
    "replayed": false}',
  'nothing comes back'
);
select credits_tests.replays(format('credits.refund_job(%L)', :'job'), :'first', 'once');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
