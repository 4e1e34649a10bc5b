begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as job,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset
select credits_tests.answer(format('credits.settle_job(%L, 900)', :'job')) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 500, %L)', :'job', 'part-1')),
  '{"state": "settled", "monthly_refunded": 100, "addon_refunded": 400}', 'a part'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"state": "refunded", "monthly_refunded": 400, "addon_refunded": 0}', 'the rest'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'everything is back');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
