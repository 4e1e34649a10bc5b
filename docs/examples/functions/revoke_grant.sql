-- Half of the order is paid back, then the rest is disputed. Each has a key and an amount of its own.
select requested, amount, collected, uncollected, previous_balance, new_balance
  from credits.revoke_grant(
         profile_id => '11111111-1111-4111-8111-111111111111',
         reference => 'order-1001',
         revocation_id => 'refund-1',
         amount => 500,
         reason => 'money back for half of the order',
         actor => 'support');
select requested, amount, collected, uncollected, previous_balance, new_balance
  from credits.revoke_grant(
         profile_id => '11111111-1111-4111-8111-111111111111',
         reference => 'order-1001',
         revocation_id => 'dispute-1',
         reason => 'chargeback',
         actor => 'support');
