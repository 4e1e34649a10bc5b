-- Tell when the balance falls below 100, and when a hold runs out.
select low_balance, kinds, low
  from credits.set_alert(
         profile_id => '11111111-1111-4111-8111-111111111111',
         low_balance => 100,
         kinds => '{credits.low, hold.expired, topup.requested}');
