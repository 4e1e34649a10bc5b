begin;
\ir ../helpers.psql
select plan(1);

select is(
  credits_tests.audit(credits_tests.imported(
    2000, 3500, array[credits_tests.old_job('A', 2000, false)],
    credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                             '+600 job refund: @A', '+1000 job refund: @A',
                             '+400 job refund: @A'))),
  '4: misplaced 600, lost 600, gained 600, exact; 5: misplaced 900, lost 900, gained 900, exact',
  'of 500 monthly + 1500 addon, the last part is monthly only'
);

select * from finish();
rollback;
