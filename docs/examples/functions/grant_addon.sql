-- The second call is a retry of the first: it answers the same and adds nothing.
select amount, previous_balance, new_balance, seq, replayed
  from credits.grant_addon(
         profile_id => '11111111-1111-4111-8111-111111111111',
         amount => 1000,
         reference => 'order-1001');
select amount, previous_balance, new_balance, seq, replayed
  from credits.grant_addon(
         profile_id => '11111111-1111-4111-8111-111111111111',
         amount => 1000,
         reference => 'order-1001');
