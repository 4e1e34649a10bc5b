begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(0, 100) as profile \gset
select credits_tests.job(:'profile', 0) as free, credits_tests.job(:'profile', 0) as dear \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 0)', :'free')),
  '{"settled_cost": 0, "seq": 1, "previous_balance": 100, "new_balance": 100}',
  'at zero'
);
select is(credits_tests.history(:'profile'), null, 'no ledger row is written');
select credits_tests.refuses(
  format('select credits.settle_job(%L, 101, %L)', :'dear', 'reject'),
  'PT402', 'insufficient_credits',
  '{"required": 101, "available": 100, "monthly": 0, "addon": 100}',
  'above zero it is refused with reject'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 101)', :'dear')),
  '{"addon_deducted": 100, "shortfall": 1, "seq": 2}',
  'or capped, by default'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
