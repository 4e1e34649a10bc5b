begin;
\ir ../helpers.psql
select plan(6);

select is(
  credits_tests.damage(c.monthly, 40, array[credits_tests.old_job('A', 200)], array[
    row('1', '2025-01-01 01:00Z', 'open', null, 500, null),
    row('2', '2025-01-01 02:00Z', 'addon', null, 40, null),
    row('3', '2025-01-01 03:00Z', 'deduct', credits_tests.old_id('A'), -200, null),
    row('4', '2025-01-01 04:00Z', c.kind, null, c.delta, null)
  ]::credits.legacy_entry[]),
  c.found,
  format('%s of %s', c.kind, c.delta)
)
from (values
  ('monthly', 200, 500, null),
  ('reset', 200, 500, null),
  ('reset', -100, 200, null),
  ('reset_to', 200, 200, null),
  ('reset_to', 200, 500, 'balance_mismatch 1'),
  ('reset_to', 0, 0, null)
) c (kind, delta, monthly, found);

select * from finish();
rollback;
