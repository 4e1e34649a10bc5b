begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 1500) as profile \gset
select credits_tests.job(:'profile', 1600) as job \gset

select credits_tests.refuses(
  format('select credits.settle_job(%L, 2001, %L)', :'job', 'reject'),
  'PT402', 'insufficient_credits',
  '{"required": 401, "available": 400, "monthly": 0, "addon": 400}',
  'the difference is what is required'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 2000, %L)', :'job', 'reject')),
  '{"settled_cost": 2000, "shortfall": 0, "new_balance": 0}',
  'exactly what is there is taken'
);

select * from finish();
rollback;
