begin;
\ir ../helpers.psql
select plan(5);

select is(
  credits_tests.damage(c.monthly, 0, array[credits_tests.old_job_with('A', c.meta)],
                       credits_tests.old_ledger(variadic c.lines)),
  c.found,
  c.description
)
from (values
  (500, '{"credit_cost": 200, "credits_deducted": true}'::jsonb,
   array['+500 signup', '-200 job create: @A', '+200 job refund: @A'],
   'refund_interrupted 1', 'the ledger gave it back, the job does not know'),
  (300, '{"credit_cost": 200, "credits_deducted": false}',
   array['+500 signup', '-200 job create: @A'],
   'refund_interrupted 1', 'the job was given back, the ledger does not know'),
  (500, '{"credit_cost": 200, "credits_deducted": true}',
   array['+500 signup', '-200 job create: @A'],
   'balance_mismatch 1', 'only the balance knows'),
  (300, '{"credit_cost": 200, "credits_deducted": true}',
   array['+500 signup', '-200 job create: @A', '+200 job refund: @A'],
   'balance_mismatch 1, refund_interrupted 1', 'only the ledger knows'),
  (300, '{"credit_cost": 200}', array['+500 signup', '-200 job create: @A'],
   null, 'the job says nothing of it')
) c (monthly, meta, lines, found, description);

select * from finish();
rollback;
