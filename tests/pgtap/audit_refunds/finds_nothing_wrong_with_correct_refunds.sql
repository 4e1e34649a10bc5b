begin;
\ir ../helpers.psql
select plan(6);

select is(
  credits_tests.audit(credits_tests.imported(
    c.monthly, c.addon, array[credits_tests.old_job(c.name, 2000, false)],
    array[row('1', '2025-01-01 01:00Z', 'open', null, c.allowance, null),
          row('2', '2025-01-01 02:00Z', 'addon', null, 5000, null),
          row('3', '2025-01-01 03:00Z', null, credits_tests.old_id(c.name), -2000, c.deducted),
          row('4', '2025-01-01 04:00Z', null, credits_tests.old_id(c.name), 2000, c.refunded)
         ]::credits.legacy_entry[],
    '{split_mismatch}')),
  c.found,
  c.description
)
from (values
  ('F', 2000, 5000, 2000, 'job', 'job refund', null, 'all came from the month'),
  ('B', 500, 5000, 500, 'job', 'job refund (monthly: +500, addon: +1500)', null,
   'each went back where it came from'),
  ('C', 400, 5100, 500, 'job (monthly: -400, addon: -1600)',
   'job refund (monthly: +300, addon: +1700)', null, 'more went back to addon than came from it'),
  ('D', 1900, 3600, 500, 'job', 'job refund (monthly: +1900, addon: +100)',
   '4: misplaced 1400, lost 1400, gained 1400, exact', 'not enough went back to addon'),
  ('E', 2000, 3500, 500, 'job', 'job refund (monthly: +500, addon: +1501)',
   '4: misplaced 1500, lost 1500, gained 1500, exact', 'a split that does not add up')
) c (name, monthly, addon, allowance, deducted, refunded, found, description);
select is(
  credits_tests.audit(credits_tests.imported_with_a_job()), null, 'nothing went back'
);

select * from finish();
rollback;
