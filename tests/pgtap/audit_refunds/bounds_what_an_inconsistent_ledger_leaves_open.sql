begin;
\ir ../helpers.psql
select plan(4);

select is(
  credits_tests.audit(credits_tests.imported(
    2007, 3500, array[credits_tests.old_job_with(c.name, c.meta)],
    credits_tests.old_ledger('+500 signup', '+5000 purchase')
      || array[row('3', '2025-01-01 03:00Z', null, credits_tests.old_id(c.name), -2000, c.deducted),
               row('4', '2025-01-01 04:00Z', null, credits_tests.old_id(c.name), 2000, c.refunded)
              ]::credits.legacy_entry[],
    '{balance_mismatch}')),
  c.found,
  c.description
)
from (values
  ('A', '{"credit_cost": 2000, "credits_deducted": false}'::jsonb, 'job', 'job refund',
   '4: misplaced 0..2000, lost 0..2000, gained 0..2000, bounded', 'nothing is known'),
  ('B', '{"credit_cost": 2000, "credits_deducted": false, "monthly_deducted": 500,
          "addon_deducted": 1500}', 'job', 'job refund',
   '4: misplaced 0..1500, lost 0..1500, gained 0..1500, bounded',
   'what the job took is known, and not whether the refund arrived'),
  ('C', '{"credit_cost": 2000, "credits_deducted": false}', 'job (monthly: -2000, addon: -0)',
   'job refund', null, 'none of it was addon'),
  ('D', '{"credit_cost": 2000, "credits_deducted": false}', 'job',
   'job refund (monthly: +500, addon: +1500)',
   '4: misplaced 0..500, lost 0..500, gained 0..500, bounded', 'what went back to addon is known')
) c (name, meta, deducted, refunded, found, description);

select * from finish();
rollback;
