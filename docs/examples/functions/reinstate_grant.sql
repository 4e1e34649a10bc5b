select state, amount, collected, previous_balance, new_balance
  from credits.reinstate_grant(
         profile_id => '11111111-1111-4111-8111-111111111111',
         reference => 'order-1001',
         revocation_id => 'dispute-1',
         reason => 'dispute won',
         actor => 'support');
