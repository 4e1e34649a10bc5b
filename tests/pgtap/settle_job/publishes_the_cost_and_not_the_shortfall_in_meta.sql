begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(0, 100) as profile \gset
select credits_tests.job(:'profile', 60) as job \gset
select credits_tests.answer(format('credits.settle_job(%L, 150)', :'job')) as done \gset

select is(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"credit_cost": 150, "credits_deducted": true, "monthly_deducted": 0, "addon_deducted": 100}',
  'the cost is what was asked for, the deduction what was there'
);

select * from finish();
rollback;
