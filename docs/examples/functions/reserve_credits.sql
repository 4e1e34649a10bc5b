select monthly_deducted, addon_deducted, previous_balance, new_balance, seq, replayed
  from credits.reserve_credits(
         profile_id => '11111111-1111-4111-8111-111111111111',
         job_id => 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
         cost => 2000,
         meta => '{"rows": 2000}');

-- An estimate, held for an hour: unless it is settled by then, the credits go back.
select monthly_deducted, addon_deducted, hold_expires_at > now() as is_held
  from credits.reserve_credits(
         profile_id => '11111111-1111-4111-8111-111111111111',
         job_id => 'cccccccc-cccc-4ccc-8ccc-cccccccccccc',
         cost => 1500,
         hold_for => '1 hour');
