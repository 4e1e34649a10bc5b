begin;
\ir ../helpers.psql
select plan(5);

select is(
  credits_tests.damage(c.monthly, c.addon, '{}', credits_tests.old_ledger('0 signup')),
  c.found,
  format('%s + %s', coalesce(c.monthly::text, 'null'), coalesce(c.addon::text, 'null'))
)
from (values
  (null::numeric, null::numeric, 'null_balance 2'),
  (0, null, 'null_balance 1'),
  (0, 0, null),
  (-1, 0, 'balance_mismatch 1, negative_balance 1'),
  (-1, -1, 'balance_mismatch 1, negative_balance 2')
) c (monthly, addon, found);

select * from finish();
rollback;
