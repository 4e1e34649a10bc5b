select monthly_deducted, addon_deducted, hold_expires_at > now() as is_held
  from credits.reserve_credits(
         profile_id => '11111111-1111-4111-8111-111111111111',
         job_id => 'dddddddd-dddd-4ddd-8ddd-dddddddddddd',
         cost => 100,
         hold_for => '10 minutes');

-- The job takes longer: the deadline moves to half an hour from now.
select hold_expires_at > now() + interval '20 minutes' as is_held_longer, new_balance
  from credits.extend_hold(
         job_id => 'dddddddd-dddd-4ddd-8ddd-dddddddddddd',
         hold_for => '30 minutes');
