-- Ann has 500 monthly and 5,000 bought credits. A job takes 2,000 from both buckets, and fails.
select credits_remaining, addon_credits from credits.open_profile(credits.id_of('ann'), 500, 5000);
select monthly_deducted, addon_deducted
  from credits.reserve_credits(credits.id_of('ann'), credits.id_of('job 7'), cost => 2000);
select monthly_refunded, addon_refunded from credits.refund_job(credits.id_of('job 7'));
select credits_remaining, addon_credits from credits.get_balance(credits.id_of('ann'));
