-- The payment of February is disputed: its allowance goes, and what was carried over stays.
select amount, collected, uncollected, lapsed, previous_balance, new_balance
  from credits.revoke_renewal(
         profile_id => '11111111-1111-4111-8111-111111111111',
         period_start => '2026-02-01 00:00+00',
         revocation_id => 'dispute-2',
         reason => 'subscription payment disputed',
         actor => 'support');
