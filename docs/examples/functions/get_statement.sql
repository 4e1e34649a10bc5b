-- The newest three rows, then the three before them.
select seq, kind, monthly_delta, addon_delta, monthly_balance, addon_balance
  from credits.get_statement('11111111-1111-4111-8111-111111111111', page_size => 3);
select seq, kind, monthly_delta, addon_delta, monthly_balance, addon_balance
  from credits.get_statement(
         '11111111-1111-4111-8111-111111111111', before_seq => 19, page_size => 3);
