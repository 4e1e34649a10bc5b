select spender, window_name, amount, spent, remaining, time_zone
  from credits.get_limits('11111111-1111-4111-8111-111111111111');
