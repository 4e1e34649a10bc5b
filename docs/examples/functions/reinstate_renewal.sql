select state, previous_balance, new_balance
  from credits.reinstate_renewal(
         profile_id => '11111111-1111-4111-8111-111111111111',
         period_start => '2026-02-01 00:00+00',
         revocation_id => 'dispute-2',
         reason => 'dispute won',
         actor => 'support');
