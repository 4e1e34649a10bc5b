begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.imported(
         2000, 100, array[credits_tests.old_job('A', 2000, false)],
         credits_tests.old_ledger('+1000 purchase', '-2000 job create: @A',
                                  '+2000 job refund: @A'),
         '{history_truncated}') as late,
       credits_tests.imported(
         2007, 3500,
         array[credits_tests.old_job_with('B', '{"credit_cost": 2000, "credits_deducted": false,
                                               "monthly_deducted": 500, "addon_deducted": 1500}')],
         credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @B',
                                  '+2000 job refund: @B'),
         '{balance_mismatch}') as unsound
\gset

select is(
  credits_tests.audit(:'late'),
  '3: misplaced 900..2000, lost 900..2000, gained 900..2000, bounded',
  'some of the loss is uncertain'
);
select is(
  credits_tests.repaired(:'late'), '3: 900 = 900 taken + 0 written off',
  'it takes the lower bound'
);
select is(credits_tests.buckets(:'late'), '1100 + 1000', 'the rest stays where it is');
select is(
  credits_tests.repaired(:'unsound'), null,
  'nothing, where all of it may have been spent anyway'
);
select credits_tests.sound(:'late');

select * from finish();
rollback;
