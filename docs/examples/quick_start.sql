-- A customer with 500 monthly and 5,000 bought credits starts a job of 2,000, and it fails.
select available
  from credits.open_profile('11111111-1111-4111-8111-111111111111', 500, 5000);
select monthly_deducted, addon_deducted, new_balance
  from credits.reserve_credits(profile_id => '11111111-1111-4111-8111-111111111111',
                               job_id => 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', cost => 2000);
select monthly_refunded, addon_refunded, new_balance
  from credits.refund_job(job_id => 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');
select credits_remaining, addon_credits
  from credits.get_balance('11111111-1111-4111-8111-111111111111');
