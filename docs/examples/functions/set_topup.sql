-- Ask for 1,000 credits when the balance falls below 200, three times a month at most.
select topup_below, topup_amount, topups_a_month
  from credits.set_topup(
         profile_id => '11111111-1111-4111-8111-111111111111',
         below => 200,
         amount => 1000,
         a_month => 3);
