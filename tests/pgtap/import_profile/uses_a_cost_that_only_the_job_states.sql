begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.imported(
  500, 0,
  array[credits_tests.old_job('A', 200),
        credits_tests.old_job_with('B', '{"credit_cost": 100, "credits_deducted": true,
                                          "monthly_deducted": 70, "addon_deducted": 30}'),
        credits_tests.old_job('C', 50, false)],
  credits_tests.old_ledger('+500 signup'),
  '{deduction_missing}'
) as profile \gset

select is(credits_tests.split(credits_tests.old_id(c.name)), c.split, c.description)
  from (values
    ('A', '200 + 0 assumed_monthly', 'a deducted cost, all monthly'),
    ('B', '70 + 30 job_meta', 'unless the job states a split'),
    ('C', '0 + 0 ledger', 'nothing, if it was not deducted')
  ) c (name, split, description);
select is(
  (select concat(f.amount, ', ', f.new_balance)
     from credits.refund_job(credits_tests.old_id('A')) f),
  '200, 700', 'it can come back'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
