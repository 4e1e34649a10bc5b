begin;
\ir ../helpers.psql
select plan(15);

select is(
  credits_tests.damage(
    300, 0,
    array[credits_tests.old_job_with(
            'A', '{"credit_cost": 200, "credits_deducted": true}' || c.split)],
    credits_tests.old_ledger('+500 signup', '-200 job create: @A')),
  c.found,
  c.split::text
)
from (values
  ('{"monthly_deducted": 200, "addon_deducted": 0}'::jsonb, null),
  ('{"monthly_deducted": 200, "addon_deducted": 1}', 'split_mismatch 1'),
  ('{"monthly_deducted": 199, "addon_deducted": 0}', 'split_mismatch 1'),
  ('{"monthly_deducted": 201, "addon_deducted": -1}', 'split_mismatch 1'),
  ('{"monthly_deducted": 200}', 'split_mismatch 1'),
  ('{"addon_deducted": 200}', 'split_mismatch 1'),
  ('{"monthly_deducted": null, "addon_deducted": null}', 'split_mismatch 1'),
  ('{"credit_cost": 199, "monthly_deducted": 100, "addon_deducted": 99}', 'cost_mismatch 1'),
  ('{"credit_cost": null, "monthly_deducted": 200, "addon_deducted": 0}', 'meta_missing 1'),
  ('{"credit_cost": null, "monthly_deducted": 199, "addon_deducted": 0}',
   'meta_missing 1, split_mismatch 1')
) c (split, found);
select is(
  credits_tests.damage(c.monthly, 0, array[credits_tests.old_job('A', 200, c.monthly < 500)],
                       credits_tests.old_ledger(variadic c.lines)),
  c.found,
  c.description
)
from (values
  (300, array['+500 signup', '-200 job create: @A (monthly: -200, addon: -0)'], null,
   'a deduction'),
  (300, array['+500 signup', '-200 job create: @A (monthly: -200, addon: -1)'],
   'split_mismatch 1', 'a deduction of more'),
  (500, array['+500 signup', '-200 job create: @A', '+200 job refund: @A (monthly 200 addon 0)'],
   null, 'a refund'),
  (500, array['+500 signup', '-200 job create: @A', '+200 job refund: @A (monthly 0 addon 199)'],
   'split_mismatch 1', 'a refund of less'),
  (300, array['+500 signup: monthly 3, addon 4', '-200 job create: @A'], null,
   'figures in the reason of another row are not a split')
) c (monthly, lines, found, description);

select * from finish();
rollback;
