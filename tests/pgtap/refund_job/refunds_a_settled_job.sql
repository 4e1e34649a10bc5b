begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.settle(credits_tests.job(:'profile', 2000)) as job \gset
select credits_tests.job_row(:'job') ->> 'finished_at' as finished_at \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"state": "refunded", "monthly_refunded": 500, "addon_refunded": 1500, "replayed": false}',
  'everything comes back'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  jsonb_build_object('state', 'refunded', 'settled_cost', 2000, 'finished_at', :'finished_at'),
  'the job keeps its settled cost and when it finished'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'to the buckets it came from');

select * from finish();
rollback;
