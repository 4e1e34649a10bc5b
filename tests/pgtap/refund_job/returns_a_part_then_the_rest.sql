begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.refund(:'job', 300, 'part-1'),
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
  format('credits.refund_job(%L)', :'job'), :'rest', 'a replay answers with the rest'
);

-- A last part.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.refund(:'job', 1600, 'part-1'),
       credits_tests.answer(format('credits.refund_job(%L, 400, %L)', :'job', 'part-2')) as last
\gset

select credits_tests.shows(
  :'last',
  '{"state": "refunded", "amount": 400, "monthly_refunded": 400, "addon_refunded": 0,
    "previous_balance": 5100, "new_balance": 5500, "seq": 4, "replayed": false}',
  'the last part says refunded'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "refunded", "closing_seq": 4, "monthly_refunded": 500, "addon_refunded": 1500}',
  'the job says refunded, with both parts'
);
select is(
  (credits_tests.job_row(:'job') -> 'meta_json')
    - array['credit_cost', 'credits_deducted', 'monthly_deducted', 'addon_deducted'],
  '{"credits_refunded": true, "monthly_refunded": 500, "addon_refunded": 1500}',
  'its metadata has both parts'
);

-- One part that is all of it.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 2000, %L)', :'job', 'part-1')),
  '{"state": "refunded", "monthly_refunded": 500, "addon_refunded": 1500}',
  'a part may be the whole'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'everything is back');

select * from finish();
rollback;
