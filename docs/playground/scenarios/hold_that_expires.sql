-- 500 monthly credits and 5,000 bought ones.
select credits_remaining, addon_credits
  from credits.open_profile('11111111-1111-4111-8111-111111111111', 500, 5000);

-- A job takes 2,000 and gives itself one hour.
select monthly_deducted, addon_deducted
  from credits.reserve_credits(
         '11111111-1111-4111-8111-111111111111',
         'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
         cost => 2000, hold_for => '1 hour');

-- Its worker dies without a word. Two hours pass, on the playground's
-- clock.
select playground.pass('2 hours');

-- The next call for this customer finds the hold overdue. No program had
-- to be alive for that.
select credits_remaining, addon_credits
  from credits.get_balance('11111111-1111-4111-8111-111111111111');

-- try Settle it after all: select late, settled_cost
--   from credits.settle_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');
-- try Refund it too: select state, replayed, monthly_refunded, addon_refunded
--   from credits.refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');
-- try A pack that lapses: select credits.grant_addon(
--   '11111111-1111-4111-8111-111111111111', 300, 'order 1', credits._now() + interval '1 day');
--   select playground.pass('2 days');
--   select addon_credits from credits.get_balance('11111111-1111-4111-8111-111111111111');
