begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.settle(credits_tests.job(:'profile', 2000)) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 1999, %L)', :'job', 'part-1')),
  '{"state": "settled", "monthly_refunded": 499, "addon_refunded": 1500}',
  'one credit is out'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 1, %L)', :'job', 'part-2')),
  '{"state": "refunded", "monthly_refunded": 1, "addon_refunded": 0}',
  'then none'
);

select * from finish();
rollback;
