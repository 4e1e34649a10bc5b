begin;
\ir ../helpers.psql
select plan(1);

select is(
  credits_tests.audit(credits_tests.imported(
    500, 3300,
    array[credits_tests.old_job('A', 2000, false), credits_tests.old_job('B', 700, false)],
    array[row('1', '2025-01-01 01:00Z', 'deduct', credits_tests.old_id('A'), -2000, null),
          row('2', '2025-01-01 02:00Z', 'refund', credits_tests.old_id('A'), 2000, null),
          row('3', '2025-01-01 03:00Z', 'reset_to', null, 500, null),
          row('4', '2025-01-01 04:00Z', 'deduct', credits_tests.old_id('B'), -700, null),
          row('5', '2025-01-01 05:00Z', 'refund', credits_tests.old_id('B'), 700, null),
          row('6', '2025-01-01 06:00Z', 'reset', null, -200, null)]::credits.legacy_entry[],
    '{history_truncated}')),
  '2: misplaced 0..2000, lost 0..2000, gained 0, bounded; '
  '5: misplaced 200, lost 200, gained 0, bounded',
  'how much of the loss a refund caused depends on the others'
);

select * from finish();
rollback;
