begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported(
         200, 3300,
         array[credits_tests.old_job_with('A', '{"credit_cost": 2000, "credits_deducted": true,
                                               "monthly_deducted": 300, "addon_deducted": 1700}')],
         credits_tests.old_ledger('+500 signup', '+5000 purchase',
                                  '-2000 job create: @A (monthly: -400, addon: -1600)')) as one,
       credits_tests.imported(
         100, 3400,
         array[credits_tests.old_job_with('B', '{"credit_cost": 2000, "credits_deducted": true,
                                               "monthly_deducted": 300, "addon_deducted": 1701}')],
         credits_tests.old_ledger('+500 signup', '+5000 purchase',
                                  '-2000 job create: @B (monthly: -400, addon: -1600)'),
         '{split_mismatch}') as two
\gset

select is(
  credits_tests.split(credits_tests.old_id('A')), '300 + 1700 job_meta', 'where both are stated'
);
select is(
  credits_tests.split(credits_tests.old_id('B')), '400 + 1600 ledger',
  'unless that of the job does not add up'
);

select * from finish();
rollback;
