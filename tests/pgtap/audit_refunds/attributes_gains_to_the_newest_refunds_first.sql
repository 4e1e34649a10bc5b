begin;
\ir ../helpers.psql
select plan(1);

-- In the right books they end with 500 monthly and 5000 addon credits.
select is(
  credits_tests.audit(credits_tests.imported(
    1000, 3000,
    array[credits_tests.old_job('A', 2000, false), credits_tests.old_job('B', 1000, false)],
    credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                             '+2000 job refund: @A', '-1500 monthly renewal',
                             '-1000 job create: @B', '+1000 job refund: @B'))),
  '4: misplaced 1500, lost 1500, gained 0, exact; 7: misplaced 500, lost 500, gained 500, exact',
  'what came before the renewal is not in the monthly bucket any more'
);

select * from finish();
rollback;
