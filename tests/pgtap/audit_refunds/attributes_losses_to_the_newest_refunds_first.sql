begin;
\ir ../helpers.psql
select plan(2);

-- In the right books they end with 0 monthly and 4800 addon credits.
select credits_tests.imported(
  1800, 3000,
  array[credits_tests.old_job('A', 2000, false), credits_tests.old_job('B', 2500, false),
        credits_tests.old_job('C', 700)],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                           '+2000 job refund: @A', '-2500 job create: @B',
                           '+2500 job refund: @B', '-700 job create: @C')
) as profile \gset

select is(
  credits_tests.audit(:'profile'),
  '4: misplaced 1500, lost 1300, gained 1300, exact; 6: misplaced 500, lost 500, gained 500, exact',
  'the oldest misplaced credits were spent first'
);
select is(
  (select sum(a.addon_lost_at_least) from credits.audit_refunds(:'profile') a), 1800::numeric,
  'the losses add up to what is missing'
);

select * from finish();
rollback;
