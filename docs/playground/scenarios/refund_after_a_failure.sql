-- A customer has 500 monthly credits and has bought 5,000.
select credits_remaining, addon_credits
  from credits.open_profile('11111111-1111-4111-8111-111111111111', 500, 5000);

-- A job takes 2,000: first the monthly ones, then bought ones.
select monthly_deducted, addon_deducted
  from credits.reserve_credits(
         '11111111-1111-4111-8111-111111111111',
         'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
         cost => 2000);

-- It fails, and every credit goes back to the bucket it came from.
select monthly_refunded, addon_refunded
  from credits.refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');

-- try Refund it again: select replayed, monthly_refunded, addon_refunded
--   from credits.refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');
-- try All 2,000 into the monthly bucket: update credits.jobs
--   set monthly_refunded = 2000, addon_refunded = 0;
-- try Rewrite history: delete from credits.ledger where kind = 'reserve';
-- try Create a credit by hand: update credits.profiles set addon_credits = addon_credits + 1;
