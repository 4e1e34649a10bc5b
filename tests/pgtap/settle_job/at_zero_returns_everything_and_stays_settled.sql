begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 0)', :'job')),
  '{"settled_cost": 0, "monthly_refunded": 500, "addon_refunded": 1500, "new_balance": 5500}',
  'everything comes back'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "settled", "settled_cost": 0, "monthly_deducted": 0, "addon_deducted": 0,
    "closing_seq": null}',
  'a job that cost nothing is settled, not refunded'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
