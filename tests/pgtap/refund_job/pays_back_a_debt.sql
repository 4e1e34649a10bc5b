begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.allow_overdraft(credits_tests.profile(500, 1000), 300) as profile \gset
select credits_tests.job(:'profile', 1800) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 1400, %L)', :'job', 'part-1')),
  '{"monthly_refunded": 100, "addon_refunded": 1300,
    "previous_balance": -300, "new_balance": 1100}',
  'the addon bucket gets back what it gave, its debt included'
);
select is(credits_tests.buckets(:'profile'), '100 + 1000', 'the debt is gone');

select * from finish();
rollback;
