begin;
\ir ../helpers.psql
select plan(2);

select is(
  credits_tests.audit(credits_tests.imported(
    2000, null, array[credits_tests.old_job('A', 2000, false)],
    credits_tests.old_ledger('+500 signup', '+1500 purchase', '-2000 job create: @A',
                             '+2000 job refund: @A'),
    '{null_balance}')),
  '4: misplaced 1500, lost 1500, gained 1500, exact', 'addon'
);
select is(
  credits_tests.audit(credits_tests.imported(
    null, 3500, array[credits_tests.old_job('B', 2000, false), credits_tests.old_job('C', 2000)],
    credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @B',
                             '+2000 job refund: @B', '-2000 job create: @C'),
    '{null_balance}')),
  '4: misplaced 1500, lost 0, gained 0, exact', 'monthly'
);

select * from finish();
rollback;
