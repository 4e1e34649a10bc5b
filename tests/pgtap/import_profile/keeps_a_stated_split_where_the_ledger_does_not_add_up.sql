begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported(
  7, 3500,
  array[credits_tests.old_job_with('A', '{"credit_cost": 2000, "credits_deducted": true,
                                          "monthly_deducted": 500, "addon_deducted": 1500}'),
        credits_tests.old_job('B', 100),
        credits_tests.old_job_with('C', '{"credit_cost": 30, "credits_deducted": true,
                                          "monthly_deducted": 10, "addon_deducted": 20}')],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                           '-100 job create: @B (monthly: -0, addon: -100)'),
  '{balance_mismatch,deduction_missing}'
) as profile \gset

select is(credits_tests.split(credits_tests.old_id(c.name)), c.split, c.description)
  from (values
    ('A', '500 + 1500 job_meta', 'by the job'),
    ('B', '0 + 100 ledger', 'by the row'),
    ('C', '10 + 20 job_meta', 'by a job that the ledger does not know')
  ) c (name, split, description);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
