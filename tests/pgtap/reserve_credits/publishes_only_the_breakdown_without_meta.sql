begin;
\ir ../helpers.psql
select plan(2);

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
from (values (:'one'::uuid, 'no meta'), (:'two', 'NULL')) c (job, description);

select * from finish();
rollback;
