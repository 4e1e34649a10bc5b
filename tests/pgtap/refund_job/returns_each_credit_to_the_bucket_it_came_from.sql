begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select is(credits_tests.buckets(:'profile'), '0 + 3500', 'the job took 500 + 1500');
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"monthly_refunded": 500, "addon_refunded": 1500}',
  'and 500 + 1500 come back'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'no bought credit became a monthly one');

-- After other calls.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.job(:'profile', 1200) as another
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"monthly_refunded": 500, "addon_refunded": 1500}',
  'the split is that of the reservation'
);
select is(credits_tests.buckets(:'profile'), '500 + 4500', 'whatever was booked meanwhile');

select * from finish();
rollback;
