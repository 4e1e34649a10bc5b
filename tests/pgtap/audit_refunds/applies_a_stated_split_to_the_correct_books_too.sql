begin;
\ir ../helpers.psql
select plan(1);

-- A left 200 monthly credits, although it could have taken them. That is not the fault of B's
-- refund, whose 100 misplaced credits C has spent anyway.
select is(
  credits_tests.audit(credits_tests.imported(
    0, 3200,
    array[credits_tests.old_job('A', 2000), credits_tests.old_job('B', 600, false),
          credits_tests.old_job('C', 600)],
    credits_tests.old_ledger('+500 signup', '+5000 purchase',
                             '-2000 job create: @A (monthly: -300, addon: -1700)',
                             '+300 monthly renewal', '-600 job create: @B',
                             '+600 job refund: @B', '-600 job create: @C'))),
  '6: misplaced 100, lost 0, gained 0, exact',
  'nothing is missing any more'
);

select * from finish();
rollback;
