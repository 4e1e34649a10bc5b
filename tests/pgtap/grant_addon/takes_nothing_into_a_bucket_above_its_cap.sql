begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 9007199254740991) as profile \gset
select credits_tests.job(:'profile', 1000) as job \gset
select credits_tests.answer(format('credits.grant_addon(%L, 1000, %L)', :'profile', 'order-1')),
       credits_tests.answer(format('credits.refund_job(%L)', :'job')) as done
\gset

select throws_ok(
  format('select credits.grant_addon(%L, 1, %L)', :'profile', 'order-2'),
  'PT400', 'invalid_amount',
  'a refund may fill the bucket above its cap, a grant may not'
);
select is(credits_tests.buckets(:'profile'), '0 + 9007199254741991', 'it holds what it held');

select * from finish();
rollback;
