select monthly_deducted, addon_deducted, previous_balance, new_balance
  from credits.preview_reserve('11111111-1111-4111-8111-111111111111', 200);
