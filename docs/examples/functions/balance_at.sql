-- Long before the profile was opened, and now.
select credits_remaining, addon_credits, available, seq
  from credits.balance_at('11111111-1111-4111-8111-111111111111', '2000-01-01 00:00+00');
select credits_remaining, addon_credits, available
  from credits.balance_at('11111111-1111-4111-8111-111111111111', clock_timestamp());
