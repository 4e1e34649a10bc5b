begin;
\ir ../helpers.psql
select plan(2);

select is(
  credits_tests.audit(credits_tests.imported(
    0, 2500, array[credits_tests.old_job('A', 2000, false), credits_tests.old_job('B', 3000)],
    credits_tests.old_ledger('-2000 job create: @A (monthly: -500, addon: -1500)',
                             '+2000 job refund: @A', '-3000 job create: @B'),
    '{history_truncated}')),
  '2: misplaced 1500, lost 0..1500, gained 0..1500, bounded',
  'while the opening balance is uncertain'
);
select is(
  credits_tests.audit(credits_tests.imported(
    1200, 3500, array[credits_tests.old_job('C', 2000, false)],
    credits_tests.old_ledger('-2000 job create: @C (monthly: -500, addon: -1500)',
                             '+2000 job refund: @C', '-800 monthly renewal'),
    '{history_truncated}')),
  '2: misplaced 1500, lost 1500, gained 0, exact',
  'exactly, where the balances settle it'
);

select * from finish();
rollback;
