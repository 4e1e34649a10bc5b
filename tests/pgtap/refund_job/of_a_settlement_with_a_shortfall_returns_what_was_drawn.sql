begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 100) as profile \gset
select credits_tests.job(:'profile', 60) as job \gset
select credits_tests.answer(format('credits.settle_job(%L, 150)', :'job')) as done \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L, 101, %L)', :'job', 'part-1'),
  'PT409', 'refund_exceeds_deduction', '{"amount": 101, "refundable": 100}',
  'nobody paid the shortfall'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"amount": 100, "new_balance": 100}', 'all that was paid'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'), '{"state": "refunded", "shortfall": 50, "settled_cost": 150}',
  'the job keeps its shortfall'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
