begin;
\ir ../helpers.psql
select plan(5);

select is(
  credits_tests.damage(
    c.monthly, c.addon,
    array[credits_tests.old_job('A', 200, c.refunded), credits_tests.old_job('B', 200, false)],
    array[row('1', '2025-01-01 01:00Z', c.first, credits_tests.old_id('A'), c.delta, null),
          row('2', '2025-01-01 02:00Z', c.second, credits_tests.old_id('A'), c.change, null)
         ]::credits.legacy_entry[]),
  c.found,
  c.description
)
from (values
  (200, 0, false, 'refund', 200, 'addon', 0, 'history_truncated 1',
   'what came back had been taken before'),
  (200, 0, false, 'open', 0, 'refund', 200, null, 'unless the ledger says that it begins there'),
  (500, -200, true, 'deduct', -200, 'reset_to', 500,
   'history_truncated 1, negative_balance 1',
   'what was there before a reset to an amount is not known'),
  (500, 200, true, 'addon', 400, 'deduct', -200, 'balance_mismatch 1',
   'no opening leads to these balances'),
  (300, 0, true, 'reset_to', 500, 'deduct', -200, null,
   'what was there before a first row that resets does not matter')
) c (monthly, addon, refunded, first, delta, second, change, found, description);

select * from finish();
rollback;
