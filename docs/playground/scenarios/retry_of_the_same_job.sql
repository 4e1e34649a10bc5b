-- 500 monthly credits and 5,000 bought ones.
select credits_remaining, addon_credits
  from credits.open_profile('11111111-1111-4111-8111-111111111111', 500, 5000);

-- A worker reserves 700, but the connection breaks before it hears so.
select replayed, monthly_deducted, addon_deducted
  from credits.reserve_credits(
         '11111111-1111-4111-8111-111111111111',
         'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
         cost => 700);

-- So it sends the call again. The job id is the key: the same answer,
-- and nothing is taken twice.
select replayed, monthly_deducted, addon_deducted
  from credits.reserve_credits(
         '11111111-1111-4111-8111-111111111111',
         'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
         cost => 700);

-- Another cost under the same id cannot be meant: it is refused.
select replayed, monthly_deducted, addon_deducted
  from credits.reserve_credits(
         '11111111-1111-4111-8111-111111111111',
         'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
         cost => 900);

-- The job was cheaper: it keeps 450, and the rest comes back, last in,
-- first out.
select settled_cost, monthly_refunded, addon_refunded
  from credits.settle_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 450);

-- try Settle it again: select replayed, settled_cost
--   from credits.settle_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 450);
-- try Refund more than it kept: select credits.refund_job(
--   'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 451, 'complaint 1');
-- try Refund a part, twice: select replayed, monthly_refunded
--   from credits.refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 50, 'complaint 2');
--   select replayed, monthly_refunded
--   from credits.refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 50, 'complaint 2');
