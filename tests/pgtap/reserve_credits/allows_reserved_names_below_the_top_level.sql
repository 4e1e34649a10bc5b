begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select credits_tests.answer(
  format('credits.reserve_credits(%L, %L, 10, %L)', :'profile', :'job',
         '{"order": {"credit_cost": 7}, "Credit_Cost": 8, "keys": ["credit_cost"]}')
) as done \gset

select credits_tests.shows(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"order": {"credit_cost": 7}, "Credit_Cost": 8, "keys": ["credit_cost"], "credit_cost": 10}',
  'only the keys of the object itself are ours'
);

select * from finish();
rollback;
