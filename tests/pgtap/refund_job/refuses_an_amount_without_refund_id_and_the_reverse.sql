begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L, 100)', :'job'),
  'PT400', 'missing_argument', '{"parameter": "refund_id"}',
  'an amount needs a refund_id'
);
select credits_tests.refuses(
  format('select credits.refund_job(%L, refund_id => %L)', :'job', 'part-1'),
  'PT400', 'missing_argument', '{"parameter": "amount"}',
  'a refund_id needs an amount'
);

select * from finish();
rollback;
