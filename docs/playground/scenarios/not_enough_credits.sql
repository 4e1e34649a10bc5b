-- 500 monthly credits and 100 bought ones.
select credits_remaining, addon_credits
  from credits.open_profile('11111111-1111-4111-8111-111111111111', 500, 100);

-- A job for 2,000 is refused, and takes nothing: not even what there is.
select monthly_deducted, addon_deducted
  from credits.reserve_credits(
         '11111111-1111-4111-8111-111111111111',
         'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
         cost => 2000);

-- The customer buys 5,000 more. An order is granted once: it is the key.
select amount, previous_balance, new_balance
  from credits.grant_addon(
         '11111111-1111-4111-8111-111111111111', 5000, 'order 1');

-- The same call, with the same job id, now works.
select monthly_deducted, addon_deducted
  from credits.reserve_credits(
         '11111111-1111-4111-8111-111111111111',
         'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
         cost => 2000);

-- try Grant the order again: select amount, new_balance, replayed
--   from credits.grant_addon('11111111-1111-4111-8111-111111111111', 5000, 'order 1');
-- try Ask for less than nothing: select credits.reserve_credits(
--   '11111111-1111-4111-8111-111111111111', gen_random_uuid(), cost => -2000);
-- try Grant as a service that only charges: set role credits_app;
--   select credits.grant_addon('11111111-1111-4111-8111-111111111111', 5000, 'order 2');
--   reset role;
