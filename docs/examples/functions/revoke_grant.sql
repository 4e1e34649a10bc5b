-- Half of the order is paid back, then all of it. The amount is the sum so far.
select amount, collected, uncollected, previous_balance, new_balance
  from credits.revoke_grant(
         profile_id => '11111111-1111-4111-8111-111111111111',
         reference => 'order-1001',
         amount => 500,
         reason => 'money back for half of the order',
         actor => 'support');
select amount, collected, uncollected, previous_balance, new_balance
  from credits.revoke_grant(
         profile_id => '11111111-1111-4111-8111-111111111111',
         reference => 'order-1001',
         reason => 'chargeback',
         actor => 'support');
