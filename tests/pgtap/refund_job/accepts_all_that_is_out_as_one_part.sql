begin;
\ir ../helpers.psql
select plan(2);

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
