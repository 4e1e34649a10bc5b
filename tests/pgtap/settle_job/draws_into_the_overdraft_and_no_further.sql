begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(0, 100) as profile \gset
select credits_tests.set_overdraft(:'profile', 50) as done \gset
select credits_tests.job(:'profile', 100) as job \gset

select credits_tests.refuses(
  format('select credits.settle_job(%L, 151, %L)', :'job', 'reject'),
  'PT402', 'insufficient_credits',
  '{"required": 51, "available": 50, "monthly": 0, "addon": 0}',
  'one credit more is refused'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 151)', :'job')),
  '{"addon_deducted": 150, "shortfall": 1, "new_balance": -50}',
  'or is the shortfall'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
