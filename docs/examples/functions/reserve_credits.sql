select monthly_deducted, addon_deducted, previous_balance, new_balance, seq, replayed
  from credits.reserve_credits(
         profile_id => '11111111-1111-4111-8111-111111111111',
         job_id => 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
         cost => 2000,
         meta => '{"rows": 2000}');
