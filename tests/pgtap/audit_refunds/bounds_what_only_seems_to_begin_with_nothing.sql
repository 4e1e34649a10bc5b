begin;
\ir ../helpers.psql
select plan(3);

select is(
  credits_tests.audit(credits_tests.imported(
    2000, 0, array[credits_tests.old_job('A', 2000, false)],
    credits_tests.old_ledger('+2000 job refund: @A'), '{history_truncated}')),
  '1: misplaced 0..2000, lost 0..2000, gained 0..2000, bounded',
  'what came back had been taken from somewhere'
);
select is(
  credits_tests.audit(credits_tests.imported(
    2500, 500, array[credits_tests.old_job('B', 2000, false)],
    array[row('1', '2025-01-01 01:00Z', 'addon', null, 2500, null),
          row('2', '2025-01-01 02:00Z', 'deduct', credits_tests.old_id('B'), -2000, null),
          row('3', '2025-01-01 03:00Z', 'reset_to', null, 500, null),
          row('4', '2025-01-01 04:00Z', 'refund', credits_tests.old_id('B'), 2000, null)
         ]::credits.legacy_entry[],
    '{history_truncated}')),
  '4: misplaced 0..2000, lost 0..2000, gained 0..2000, bounded',
  'the monthly bucket before a reset to an amount is not known'
);
select is(
  credits_tests.audit(credits_tests.imported(
    500, 3500, array[credits_tests.old_job('C', 2000, false)],
    array[row('1', '2025-01-01 01:00Z', 'reset', null, -1500, null),
          row('2', '2025-01-01 02:00Z', 'deduct', credits_tests.old_id('C'), -2000, null),
          row('3', '2025-01-01 03:00Z', 'refund', credits_tests.old_id('C'), 2000, null),
          row('4', '2025-01-01 04:00Z', 'reset_to', null, 500, null)]::credits.legacy_entry[],
    '{history_truncated}')),
  '3: misplaced 0..2000, lost 0..2000, gained 0, bounded',
  'it may have had enough for everything taken from it, by renewals too'
);

select * from finish();
rollback;
