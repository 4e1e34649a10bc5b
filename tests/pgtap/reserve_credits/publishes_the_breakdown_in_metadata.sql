begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select credits_tests.answer(
  format('credits.reserve_credits(%L, %L, 2000, %L)', :'profile', :'job',
         '{"file": "rows.csv", "tags": ["a", {"b": null}]}')
) as done \gset

select is(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"file": "rows.csv", "tags": ["a", {"b": null}], "credit_cost": 2000, "credits_deducted": true,
    "monthly_deducted": 500, "addon_deducted": 1500}',
  'four keys beside those of the caller'
);

select credits_tests.profile(500, 5000) as profile,
       gen_random_uuid() as one, gen_random_uuid() as two
\gset
select credits_tests.answer(format('credits.reserve_credits(%L, %L, 10)', :'profile', :'one')),
       credits_tests.answer(format('credits.reserve_credits(%L, %L, 10, null)', :'profile', :'two'))
\gset done_

select is(
  credits_tests.job_row(c.job) -> 'meta_json',
  '{"credit_cost": 10, "credits_deducted": true, "monthly_deducted": 10, "addon_deducted": 0}',
  c.description
)
from (values (:'one'::uuid, 'only these four without meta'),
             (:'two', 'only these four for null')) c (job, description);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select credits_tests.answer(
  format('credits.reserve_credits(%L, %L, 10, %L)', :'profile', :'job',
         '{"order": {"credit_cost": 7}, "Credit_Cost": 8, "keys": ["credit_cost"]}')
) as done \gset

select credits_tests.shows(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"order": {"credit_cost": 7}, "Credit_Cost": 8, "keys": ["credit_cost"], "credit_cost": 10}',
  'reserved keys are free below the top level'
);

select * from finish();
rollback;
