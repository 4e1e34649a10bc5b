begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(1000, 2000) as profile, gen_random_uuid() as job \gset
select credits_tests.answer(
         format('credits.reserve_credits(%L, %L, 1500, %L)', :'profile', :'job',
                '{"file": "rows.csv"}')),
       credits_tests.answer(format('credits.rollback_reservation(%L)', :'job')) as done
\gset

select is(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"file": "rows.csv", "credit_cost": 1500, "credits_deducted": true,
    "monthly_deducted": 1000, "addon_deducted": 500,
    "credits_refunded": true, "monthly_refunded": 1000, "addon_refunded": 500}',
  'three keys more, beside the four of the reservation and those of the caller'
);

select * from finish();
rollback;
