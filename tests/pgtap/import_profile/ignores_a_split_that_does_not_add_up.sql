begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported(
  0, 3490,
  array[credits_tests.old_job_with('A', '{"credit_cost": 2000, "credits_deducted": true,
                                          "monthly_deducted": 2000, "addon_deducted": 2000}'),
        credits_tests.old_job('B', 10)],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                           '-10 job create: @B (monthly: -10, addon: -10)'),
  '{split_mismatch}'
) as profile \gset

select is(
  credits_tests.split(credits_tests.old_id(c.name)), c.split, c.description
)
from (values ('A', '500 + 1500 ledger', 'a job''s'), ('B', '0 + 10 ledger', 'a row''s'))
     c (name, split, description);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
