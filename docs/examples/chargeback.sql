-- A customer buys 1,000 credits. A job takes 700 of them, and the payment is charged back.
select available
  from credits.open_profile('11111111-1111-4111-8111-111111111111');
select new_balance
  from credits.grant_addon('11111111-1111-4111-8111-111111111111', 1000, 'order-1001');
select new_balance
  from credits.reserve_credits('11111111-1111-4111-8111-111111111111',
                               'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 700);

-- The dispute is opened: 300 credits are there to take, and 700 are spent.
select state, amount, collected, uncollected, new_balance
  from credits.revoke_grant('11111111-1111-4111-8111-111111111111', 'order-1001', 'dispute-4711',
                            reason => 'chargeback', actor => 'payments');

-- The job is cancelled. What it gives back goes to the dispute, not to the customer.
select addon_refunded, addon_revoked, new_balance
  from credits.refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');

-- The payment provider reports the dispute again: nothing is taken, and this is how it stands.
select state, amount, collected, uncollected, replayed
  from credits.revoke_grant('11111111-1111-4111-8111-111111111111', 'order-1001', 'dispute-4711',
                            reason => 'chargeback', actor => 'payments');

-- The dispute is won: exactly what it collected comes back.
select state, amount, collected, previous_balance, new_balance
  from credits.reinstate_grant('11111111-1111-4111-8111-111111111111', 'order-1001',
                               'dispute-4711', reason => 'dispute won', actor => 'payments');

-- Its first report is delivered once more, too late.
select state, amount, new_balance, replayed
  from credits.revoke_grant('11111111-1111-4111-8111-111111111111', 'order-1001', 'dispute-4711',
                            reason => 'chargeback', actor => 'payments');

select seq, kind, addon_delta, reason
  from credits.get_statement('11111111-1111-4111-8111-111111111111', page_size => 4);
