select addon_credits, available, replayed
  from credits.set_overdraft_limit(
         profile_id => '11111111-1111-4111-8111-111111111111',
         overdraft_limit => 1000,
         reason => 'pays by invoice',
         actor => 'sales');
