begin;
\ir ../helpers.psql
select plan(3);

select is(
  credits_tests.audit(credits_tests.imported(
    c.monthly, 3500, array[credits_tests.old_job(c.name, 2000, false)],
    array[row('1', '2025-01-01 01:00Z', null, credits_tests.old_id(c.name), 2000, c.reason),
          row('2', '2025-01-01 02:00Z', c.kind, null, c.delta, null)]::credits.legacy_entry[],
    '{history_truncated}')),
  c.found,
  c.description
)
from (values
  ('A', 2000, 'job refund', 'reset', 0,
   '1: misplaced 0..2000, lost 0..2000, gained 0, bounded', 'a renewal removed what was gained'),
  ('B', 2000, 'job refund', 'addon', 0,
   '1: misplaced 0..2000, lost 0..2000, gained 0..2000, bounded',
   'perhaps all of it came from addon, perhaps nothing'),
  ('C', 300, 'job refund (monthly: +300, addon: +1700)', 'addon', 0,
   '1: misplaced 0..300, lost 0..300, gained 0..300, bounded',
   'not what the refund put back into addon')
) c (name, monthly, reason, kind, delta, found, description);

select * from finish();
rollback;
