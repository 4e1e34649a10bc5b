-- 500 monthly and 5,000 bought credits. A job takes 2,000 from both buckets, and fails.
select credits_remaining, addon_credits
  from credits.open_profile('11111111-1111-4111-8111-111111111111', 500, 5000);
select monthly_deducted, addon_deducted
  from credits.reserve_credits('11111111-1111-4111-8111-111111111111',
                               'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', cost => 2000);
select monthly_refunded, addon_refunded
  from credits.refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');
select credits_remaining, addon_credits
  from credits.get_balance('11111111-1111-4111-8111-111111111111');
