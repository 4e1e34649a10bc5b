-- The closed profile turns out to be a second account of another customer, who gets what is left.
select available
  from credits.open_profile('55555555-5555-4555-8555-555555555555', addon_credits => 5);
select monthly_moved, addon_moved, packs, previous_balance, new_balance, replayed
  from credits.move_credits(
         profile_id => '22222222-2222-4222-8222-222222222222',
         to_profile_id => '55555555-5555-4555-8555-555555555555',
         move_id => 'merge-4711',
         reason => 'one person',
         actor => 'support');
select available
  from credits.get_balance('22222222-2222-4222-8222-222222222222');
