select credits_remaining, addon_credits, available, replayed
  from credits.adjust_credits(
         profile_id => '11111111-1111-4111-8111-111111111111',
         adjustment_id => 'ticket-77',
         monthly_delta => 0,
         addon_delta => 25,
         reason => 'sorry for the outage',
         actor => 'support');
