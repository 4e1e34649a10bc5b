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

-- A pack: what is left of it at the end of the year 2098 lapses.
select amount, new_balance, seq, expires_at at time zone 'UTC' as expires_at, kind, priority
  from credits.grant_addon(
         profile_id => '11111111-1111-4111-8111-111111111111',
         amount => 300,
         reference => 'order-1002',
         expires_at => '2099-01-01 00:00+00');
