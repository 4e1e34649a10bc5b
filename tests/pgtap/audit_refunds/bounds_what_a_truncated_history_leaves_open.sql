begin;
\ir ../helpers.psql
select plan(6);

select is(
  credits_tests.audit(credits_tests.imported(
    c.monthly, c.addon, array[credits_tests.old_job(c.name, 2000, false)],
    array[row('1', '2025-01-01 01:00Z', c.kind, null, c.delta, null),
          row('2', '2025-01-01 02:00Z', 'deduct', credits_tests.old_id(c.name), -2000, null),
          row('3', '2025-01-01 03:00Z', 'refund', credits_tests.old_id(c.name), 2000, null)
         ]::credits.legacy_entry[],
    '{history_truncated}')),
  c.found,
  c.description
)
from (values
  ('A', 'addon', 0, 2000, 3500, '3: misplaced 0..2000, lost 0..2000, gained 0..2000, bounded',
   'the month may have had nothing or enough'),
  ('B', 'addon', 1000, 2000, 100,
   '3: misplaced 900..2000, lost 900..2000, gained 900..2000, bounded',
   'it cannot have had more than there was in all'),
  ('C', 'reset_to', 500, 2000, 3500, '3: misplaced 1500, lost 1500, gained 1500, exact',
   'it had what it was reset to'),
  ('D', 'addon', 0, 2001, 3500, null, 'it had enough, since something is left of it'),
  ('E', 'reset', 500, 2000, 3500, '3: misplaced 0..1500, lost 0..1500, gained 0..1500, bounded',
   'it had what it was renewed by at least'),
  ('F', 'reset', -700, 2000, 3500, '3: misplaced 0..2000, lost 0..2000, gained 0..2000, bounded',
   'or nothing, if that took all of it')
) c (name, kind, delta, monthly, addon, found, description);

select * from finish();
rollback;
