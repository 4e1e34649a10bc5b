begin;
\ir ../helpers.psql
select plan(9);

select is(
  credits_tests.damage(
    500, 0,
    array[row(c.id, 'done', '{"credit_cost": 200, "credits_deducted": true}',
              '2025-01-01')::credits.legacy_job],
    credits_tests.old_ledger('+500 signup')),
  c.found,
  coalesce(quote_literal(c.id), 'null')
)
from (values
  (null, 'invalid_id 1'),
  ('', 'invalid_id 1'),
  ('7', 'invalid_id 1'),
  ('job aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'invalid_id 1'),
  ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa1', 'invalid_id 1'),
  ('aaaaaaaaaaaa4aaa8aaaaaaaaaaaaaaa', 'invalid_id 1'),
  ('gaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'invalid_id 1'),
  ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'deduction_missing 1'),
  ('AAAAAAAA-aaaa-4AAA-8aaa-AAAAAAAAAAAA', 'deduction_missing 1')
) c (id, found);

select * from finish();
rollback;
