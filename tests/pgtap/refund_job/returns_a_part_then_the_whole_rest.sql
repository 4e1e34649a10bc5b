begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.refund_job(%L, 300, %L)', :'job', 'part-1')),
       credits_tests.answer(format('credits.refund_job(%L)', :'job')) as rest
\gset

select credits_tests.shows(
  :'rest',
  '{"state": "refunded", "amount": 1700, "monthly_refunded": 500, "addon_refunded": 1200,
    "previous_balance": 3800, "new_balance": 5500, "seq": 4, "replayed": false}',
  'the second call gives back what the first left'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'everything is back');
select credits_tests.replays(
  format('credits.refund_job(%L)', :'job'), :'rest', 'a replay answers with the rest, too'
);

select * from finish();
rollback;
