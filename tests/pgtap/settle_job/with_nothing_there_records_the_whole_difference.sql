begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(100, 0) as profile \gset
select credits_tests.job(:'profile', 100) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, %s)', :'job', 9007199254740991)),
  '{"settled_cost": 9007199254740991, "monthly_deducted": 100, "shortfall": 9007199254740891,
    "seq": 2, "previous_balance": 0, "new_balance": 0}',
  'the largest cost'
);
select is(credits_tests.history(:'profile'), 'reserve -100 +0', 'no ledger row is written');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
