-- 500 credits are left from the previous month: 200 of them are carried over, 300 lapse.
select allowance, carried, lapsed, previous_balance, new_balance, seq
  from credits.renew_monthly(
         profile_id => '11111111-1111-4111-8111-111111111111',
         period_start => '2026-02-01 00:00+00',
         allowance => 800,
         rollover_cap => 200);
