begin;
\ir ../helpers.psql
select plan(5);

select is(
  credits_tests.damage(c.monthly, 0, array[credits_tests.old_job('A', c.cost, c.deducted)],
                       credits_tests.old_ledger(variadic c.lines)),
  c.found,
  c.description
)
from (values
  (300, 200, true, array['+500 signup', '-200 job create: @A'], null, 'the same cost'),
  (300, 199, true, array['+500 signup', '-200 job create: @A'], 'cost_mismatch 1', 'a lower cost'),
  (300, 201, true, array['+500 signup', '-200 job create: @A'], 'cost_mismatch 1', 'a higher cost'),
  (500, 0, true, array['+500 signup'], null, 'nothing for a free job'),
  (500, 200, false, array['+500 signup'], null, 'nothing for a job that is not deducted')
) c (monthly, cost, deducted, lines, found, description);

select * from finish();
rollback;
