-- A customer buys 1,000 credits, spends 700 of them, and takes the money back.
select available
  from credits.open_profile('11111111-1111-4111-8111-111111111111');
select new_balance
  from credits.grant_addon('11111111-1111-4111-8111-111111111111', 1000, 'order-1001');
select new_balance
  from credits.reserve_credits('11111111-1111-4111-8111-111111111111',
                               'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 700);

-- 300 credits are still there to take. What is spent already is on record as uncollected, and the
-- job is not touched.
select amount, collected, uncollected, new_balance
  from credits.revoke_grant('11111111-1111-4111-8111-111111111111', 'order-1001',
                            reason => 'chargeback 4711', actor => 'payments');

-- The payment provider reports it again: nothing more is taken.
select amount, collected, uncollected, replayed
  from credits.revoke_grant('11111111-1111-4111-8111-111111111111', 'order-1001',
                            reason => 'chargeback 4711', actor => 'payments');

-- The dispute is won: exactly the 300 come back.
select amount, collected, uncollected, new_balance
  from credits.reinstate_grant('11111111-1111-4111-8111-111111111111', 'order-1001',
                               reason => 'dispute 4711 won', actor => 'payments');

select seq, kind, addon_delta, reason, actor
  from credits.get_statement('11111111-1111-4111-8111-111111111111', page_size => 2);
