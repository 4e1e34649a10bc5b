select monthly_deducted, addon_deducted
  from credits.reserve_credits(
         profile_id => '11111111-1111-4111-8111-111111111111',
         job_id => 'abababab-abab-4bab-8bab-abababababab',
         cost => 100);

-- The job turns out to need more. Whoever sends this twice takes it once.
select cost, monthly_deducted, addon_deducted, previous_balance, new_balance, replayed
  from credits.raise_reservation(
         job_id => 'abababab-abab-4bab-8bab-abababababab',
         cost => 700);
