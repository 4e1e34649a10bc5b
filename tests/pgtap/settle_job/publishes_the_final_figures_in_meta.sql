begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select credits_tests.answer(format('credits.reserve_credits(%L, %L, 2000, %L)',
                                   :'profile', :'job', '{"file": "rows.csv"}')),
       credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'job', 'part-1')),
       credits_tests.answer(format('credits.settle_job(%L, 700)', :'job'))
\gset done_

select is(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"file": "rows.csv", "credit_cost": 700, "credits_deducted": true, "monthly_deducted": 500,
    "addon_deducted": 200}',
  'the keys of a refund before are gone'
);

select * from finish();
rollback;
