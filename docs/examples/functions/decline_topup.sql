-- Another customer is below the limit already, so that credits are asked for at once. The card is
-- declined: nothing is asked for within the next three days.
select credits_remaining
  from credits.open_profile('88888888-8888-4888-8888-888888888888', 50);
select topup_below
  from credits.set_topup('88888888-8888-4888-8888-888888888888', below => 200, amount => 1000);
select reference, state, paused_until > now() + interval '2 days' as is_paused
  from credits.decline_topup(
         profile_id => '88888888-8888-4888-8888-888888888888',
         reference => 'topup-88888888-8888-4888-8888-888888888888-1',
         pause => '3 days');
