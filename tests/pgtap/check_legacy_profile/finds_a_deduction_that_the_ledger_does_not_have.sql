begin;
\ir ../helpers.psql
select plan(4);

select is(
  credits_tests.damage(500, 0, array[credits_tests.old_job_with('A', c.meta)],
                       credits_tests.old_ledger('+500 signup')),
  c.found,
  c.meta::text
)
from (values
  ('{"credit_cost": 200, "credits_deducted": true}'::jsonb, 'deduction_missing 1'),
  ('{"credit_cost": 200, "credits_deducted": "True"}', 'deduction_missing 1'),
  ('{"credit_cost": 200, "credits_deducted": false}', null),
  ('{"credit_cost": 200}', null)
) c (meta, found);

select * from finish();
rollback;
