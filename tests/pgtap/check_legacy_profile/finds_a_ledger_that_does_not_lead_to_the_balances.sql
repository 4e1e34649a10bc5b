begin;
\ir ../helpers.psql
select plan(8);

select is(
  credits_tests.damage(c.monthly, c.addon, array[credits_tests.old_job('A', 2000)],
                       credits_tests.old_ledger(variadic c.lines)),
  c.found,
  c.description
)
from (values
  (0, 3500, array['+500 signup', '+5000 purchase', '-2000 job create: @A'], null, 'it leads there'),
  (1, 3500, array['+500 signup', '+5000 purchase', '-2000 job create: @A'],
   'balance_mismatch 1', 'one credit more than the rows say'),
  (0, 3499, array['+500 signup', '+5000 purchase', '-2000 job create: @A'],
   'balance_mismatch 1', 'one credit less'),
  (1, 3499, array['+500 signup', '+5000 purchase', '-2000 job create: @A'],
   'balance_mismatch 1', 'the right total in the wrong buckets'),
  (3500, 0, array['+500 signup', '+5000 monthly allowance', '-2000 job create: @A'],
   null, 'what was monthly is in the monthly bucket'),
  (0, 100, array['+2100 purchase', '-2000 job create: @A'],
   null, 'a history without a signup may begin with nothing'),
  (3500, 0, array['+2100 purchase', '-2000 job create: @A'],
   'balance_mismatch 1', 'it cannot have begun with less than nothing'),
  (7, -3, array['+7 renewal', '-2000 job create: @A'],
   'balance_mismatch 1, negative_balance 1', 'no opening leads there')
) c (monthly, addon, lines, found, description);

select * from finish();
rollback;
