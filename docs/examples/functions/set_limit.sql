-- An API key may spend 500 credits a day, all keys together 10,000 a month.
select spender, window_name, amount, spent, remaining
  from credits.set_limit(
         profile_id => '11111111-1111-4111-8111-111111111111',
         spender => 'key-7',
         window_name => 'day',
         amount => 500,
         reason => 'asked for',
         actor => 'support',
         time_zone => 'Europe/Berlin');
select spender, window_name, amount, spent, remaining
  from credits.set_limit('11111111-1111-4111-8111-111111111111', null, 'month', 10000,
                         'agreed', 'sales');
