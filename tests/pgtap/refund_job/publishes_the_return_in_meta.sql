begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select credits_tests.answer(
         format('credits.reserve_credits(%L, %L, 2000, %L)', :'profile', :'job',
                '{"file": "rows.csv", "tags": ["a", {"b": null}]}')),
       credits_tests.answer(format('credits.refund_job(%L)', :'job')) as done
\gset

select is(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"file": "rows.csv", "tags": ["a", {"b": null}],
    "credit_cost": 2000, "credits_deducted": true,
    "monthly_deducted": 500, "addon_deducted": 1500,
    "credits_refunded": true, "monthly_refunded": 500, "addon_refunded": 1500}',
  'three keys more, beside the four of the reservation and those of the caller'
);

select * from finish();
rollback;
