begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported(
  7, 3500, array[credits_tests.old_job('A', 2000), credits_tests.old_job('B', 30)],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A'),
  '{balance_mismatch,deduction_missing}'
) as profile \gset

select is(
  credits_tests.split(credits_tests.old_id('A')), '2000 + 0 assumed_monthly',
  'in a ledger that does not lead to the balances'
);
select is(
  credits_tests.split(credits_tests.old_id('B')), '30 + 0 assumed_monthly',
  'of a job that the ledger does not know'
);
select is(credits_tests.buckets(:'profile'), '7 + 3500', 'the balances are imported all the same');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
