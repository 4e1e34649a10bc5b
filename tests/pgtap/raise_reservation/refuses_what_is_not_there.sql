begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 1500) as profile \gset
select credits_tests.job(:'profile', 1600) as job \gset

select credits_tests.refuses(
  format('select credits.raise_reservation(%L, 2001)', :'job'),
  'PT402', 'insufficient_credits',
  '{"required": 401, "available": 400, "monthly": 0, "addon": 400}',
  'the difference is what is required, and nothing of it is taken'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.raise_reservation(%L, 2000)', :'job')),
  '{"cost": 2000, "monthly_deducted": 500, "addon_deducted": 1500, "new_balance": 0}',
  'exactly what is there is taken'
);
select credits_tests.allow_overdraft(:'profile', 50) as done \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.raise_reservation(%L, 2050)', :'job')),
  '{"cost": 2050, "new_balance": -50}', 'down to the overdraft limit'
);
select credits_tests.refuses(
  format('select credits.raise_reservation(%L, 2051)', :'job'),
  'PT402', 'insufficient_credits',
  '{"required": 1, "available": 0, "monthly": 0, "addon": -50}', 'and no further'
);

select * from finish();
rollback;
