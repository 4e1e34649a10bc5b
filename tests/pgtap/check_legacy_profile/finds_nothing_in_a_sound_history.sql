begin;
\ir ../helpers.psql
select plan(9);

select is(
  credits_tests.damage(c.monthly, c.addon, c.jobs, credits_tests.old_ledger(variadic c.lines)),
  null,
  c.description
)
from (values
  (500, 0, '{}'::credits.legacy_job[], array['+500 signup: monthly credits'], 'a signup'),
  (2000, 3500, array[credits_tests.old_job('A', 2000, false)],
   array['+500 signup', '+5000 addon purchase: order-1', '-2000 job create: @A',
         '+2000 job refund: @A'],
   'a refund that put everything into the monthly bucket'),
  (0, 3500, array[credits_tests.old_job('A', 2000)],
   array['+500 signup', '+5000 addon purchase: order-1', '-2000 job create: @A'],
   'a job that is out'),
  (500, 3500, array[credits_tests.old_job('A', 2000)],
   array['+500 signup', '+5000 addon purchase: order-1', '-2000 job create: @A',
         '+500 monthly renewal'],
   'a renewal that fills the bucket'),
  (500, 0, array[credits_tests.old_job('A', 200, false)],
   array['+500 signup', '-200 job create: @A', '0 monthly renewal', '+200 job refund: @A'],
   'a renewal that changes nothing, and a refund after it'),
  (500, 5000, array[credits_tests.old_job('A', 2000, false)],
   array['+500 signup', '+5000 addon purchase: order-1',
         '-2000 job create: @A (monthly: -500, addon: -1500)',
         '+2000 job refund: @A (monthly: +500, addon: +1500)'],
   'splits that rows state'),
  (0, 3500,
   array[credits_tests.old_job_with('A', '{"credit_cost": 2000, "credits_deducted": true,
                                          "monthly_deducted": 500, "addon_deducted": 1500}')],
   array['+500 signup', '+5000 addon purchase: order-1', '-2000 job create: @A'],
   'a split that a job states'),
  (500, 0, array[credits_tests.old_job('A', 0)], array['+500 signup', '0 job create: @A'],
   'a free job'),
  (500, 0, array[credits_tests.old_job('A', 0, false)],
   array['+500 signup', '0 job create: @A', '0 job refund: @A'],
   'a free job that was refunded')
) c (monthly, addon, jobs, lines, description);

select * from finish();
rollback;
