begin;
\ir ../helpers.psql
select plan(7);

select is(
  (select credits_tests.split(credits_tests.old_id(c.name))
     from credits_tests.imported(
            c.monthly, c.addon, array[credits_tests.old_job(c.name, 2000)],
            array[
              row('1', '2025-01-01 01:00Z', 'addon', null, c.bought, null),
              row('2', '2025-01-01 02:00Z', 'deduct', credits_tests.old_id(c.name), -2000, null),
              row('3', '2025-01-01 03:00Z', 'reset', null, c.renewed, null)
            ]::credits.legacy_entry[],
            '{history_truncated}') p
    where p is not null),
  c.split,
  c.description
)
from (values
  ('A', 0, 3500, 1000, 0, '2000 + 0 assumed_monthly', 'perhaps nothing'),
  ('B', 0, 100, 1000, 0, '1100 + 900 assumed_monthly',
   'at least what was bought and is gone'),
  ('C', 0, 0, 2000, 0, '0 + 2000 ledger', 'all of it, since there was nothing else'),
  ('D', 0, 0, 1999, 0, '1 + 1999 assumed_monthly', 'all but one'),
  ('E', 1, 0, 0, 0, '2000 + 0 ledger', 'none, since the monthly bucket has something left'),
  ('F', 300, 50, 1000, 300, '1050 + 950 assumed_monthly', 'a renewal does not hide it'),
  ('G', 301, 1050, 1000, 300, '2000 + 0 ledger', 'nor what was left before it')
) c (name, monthly, addon, bought, renewed, split, description);

select * from finish();
rollback;
