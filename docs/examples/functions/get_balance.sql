select credits_remaining, addon_credits, available, held, posted
  from credits.get_balance('11111111-1111-4111-8111-111111111111');
