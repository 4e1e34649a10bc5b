select overdraft_limit, period_start at time zone 'UTC' as period_start, allowance, packs, open_holds,
       low_balance, low, limits
  from credits.get_profile('11111111-1111-4111-8111-111111111111');
