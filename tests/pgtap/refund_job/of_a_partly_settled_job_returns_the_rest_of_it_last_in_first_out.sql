begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.settle_job(%L, 700)', :'job')) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 250, %L)', :'job', 'part-1')),
  '{"state": "settled", "monthly_refunded": 50, "addon_refunded": 200}',
  'the open rest came back when it settled; then addon before monthly'
);
select credits_tests.refuses(
  format('select credits.refund_job(%L, 451, %L)', :'job', 'part-2'),
  'PT409', 'refund_exceeds_deduction', '{"amount": 451, "refundable": 450}',
  'no more than it settled at'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"state": "refunded", "amount": 450, "monthly_refunded": 450, "addon_refunded": 0}', 'the rest'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'everything is back');
select credits_tests.shows(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"credit_cost": 700, "credits_refunded": true, "monthly_refunded": 500, "addon_refunded": 200}',
  'meta counts from the settlement'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
