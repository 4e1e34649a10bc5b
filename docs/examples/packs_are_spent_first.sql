-- Credits that expire are spent before credits that do not, and go back to the pack they came from.
select available
  from credits.open_profile('11111111-1111-4111-8111-111111111111', addon_credits => 1000);

-- Two packs. The promotion has the smaller priority, so it is spent first, although it lasts longer.
select amount, kind, priority
  from credits.grant_addon(
         profile_id => '11111111-1111-4111-8111-111111111111',
         amount => 300,
         reference => 'order-1001',
         expires_at => '2098-01-01 00:00+00');
select amount, kind, priority
  from credits.grant_addon(
         profile_id => '11111111-1111-4111-8111-111111111111',
         amount => 200,
         reference => 'spring-promotion',
         expires_at => '2099-01-01 00:00+00',
         kind => 'promo',
         priority => -10);

-- 600 credits: 200 of the promotion, 300 of the order, 100 that never expire.
select addon_deducted
  from credits.reserve_credits(
         profile_id => '11111111-1111-4111-8111-111111111111',
         job_id => 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
         cost => 600);
select g.reference, k.kind, k.amount, k.remaining
  from credits.packs k
  join credits.ledger g using (profile_id, seq)
 order by k.priority, k.expires_at, k.seq;

-- 250 come back: first the 100 that never expire, then 150 of the order.
select state, addon_refunded, addon_lapsed
  from credits.refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 250, 'rows-that-failed');
select g.reference, k.kind, k.amount, k.remaining
  from credits.packs k
  join credits.ledger g using (profile_id, seq)
 order by k.priority, k.expires_at, k.seq;
