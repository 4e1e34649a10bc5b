select credits_remaining, addon_credits, available, seq, replayed
  from credits.open_profile(
         profile_id => '11111111-1111-4111-8111-111111111111',
         credits_remaining => 500,
         addon_credits => 5000);
