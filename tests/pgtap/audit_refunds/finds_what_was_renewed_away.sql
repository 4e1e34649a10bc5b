begin;
\ir ../helpers.psql
select plan(3);

select is(
  credits_tests.audit(credits_tests.imported(
    c.monthly, 3500, array[credits_tests.old_job(c.name, 2000, false)],
    array[row('1', '2025-01-01 01:00Z', 'open', null, 500, null),
          row('2', '2025-01-01 02:00Z', 'addon', null, 5000, null),
          row('3', '2025-01-01 03:00Z', 'deduct', credits_tests.old_id(c.name), -2000, null),
          row('4', '2025-01-01 04:00Z', 'refund', credits_tests.old_id(c.name), 2000, null),
          row('5', '2025-01-01 05:00Z', c.kind, null, c.delta, null)]::credits.legacy_entry[])),
  c.found,
  c.kind
)
from (values
  ('A', 'reset', -1500, 500, '4: misplaced 1500, lost 1500, gained 0, exact'),
  ('B', 'reset_to', 500, 500, '4: misplaced 1500, lost 1500, gained 0, exact'),
  ('C', 'monthly', 500, 2500, '4: misplaced 1500, lost 1500, gained 1500, exact')
) c (name, kind, delta, monthly, found);

select * from finish();
rollback;
