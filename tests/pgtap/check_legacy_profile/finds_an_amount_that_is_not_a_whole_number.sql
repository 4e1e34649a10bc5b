begin;
\ir ../helpers.psql
select plan(12);

select is(
  credits_tests.damage(0, 0, '{}', array[
    row('1', '2025-01-01', 'open', null, 0, null),
    row('2', '2025-01-01', 'addon', null, c.delta, null)
  ]::credits.legacy_entry[]),
  c.found,
  format('a row of %s', coalesce(c.delta::text, 'null'))
)
from (values
  (null::numeric, 'invalid_amount 1'), (0.5, 'invalid_amount 1'), (-0.001, 'invalid_amount 1'),
  (0.0, null), (9007199254740991, 'balance_mismatch 1'),
  (9007199254740992, 'balance_mismatch 1, invalid_amount 1'),
  (-9007199254740992, 'balance_mismatch 1, invalid_amount 1'),
  ('NaN', 'balance_mismatch 1, invalid_amount 1')
) c (delta, found);
select is(
  credits_tests.damage(c.monthly, c.addon, '{}', credits_tests.old_ledger('+500 signup')),
  c.found,
  format('%s + %s', c.monthly, c.addon)
)
from (values
  (500.5, 0, 'invalid_amount 1'),
  (500, 0.5, 'invalid_amount 1'),
  (500, -0.5, 'invalid_amount 1, negative_balance 1'),
  (1e20, 0, 'balance_mismatch 1, invalid_amount 1')
) c (monthly, addon, found);

select * from finish();
rollback;
