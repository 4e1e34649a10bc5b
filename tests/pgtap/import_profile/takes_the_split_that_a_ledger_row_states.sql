begin;
\ir ../helpers.psql
select plan(6);

select is(
  (select credits_tests.split(credits_tests.old_id(c.name))
     from credits_tests.imported(
            200, 3300, array[credits_tests.old_job(c.name, 2000)],
            credits_tests.old_ledger('+500 signup', '+5000 purchase')
              || row('3', '2025-01-01 03:00Z', null, credits_tests.old_id(c.name), -2000,
                     c.reason)::credits.legacy_entry) p
    where p is not null),
  '300 + 1700 ledger',
  c.reason
)
from (values
  ('A', 'job create: (monthly: -300, addon: -1700)'),
  ('B', 'job, Monthly=300; Addon=1700'),
  ('C', 'job monthly 300 addon 1700'),
  ('D', 'monthly: 300 + addon: 1700 for a job'),
  ('E', 'job (monthly:-300,addon:-1700) of order (monthly: -1, addon: -1)')
) c (name, reason);
select is(
  (select credits_tests.split(credits_tests.old_id('F'))
     from credits_tests.imported(
            0, 3500, array[credits_tests.old_job('F', 2000)],
            credits_tests.old_ledger('+500 signup', '+5000 purchase')
              || row('3', '2025-01-01 03:00Z', null, credits_tests.old_id('F'), -2000,
                     'job: addon 1700, monthly 300')::credits.legacy_entry) p
    where p is not null),
  '500 + 1500 ledger',
  'addon before monthly is not read as a split'
);

select * from finish();
rollback;
