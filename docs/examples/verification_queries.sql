-- What was charged and what was refunded in the last hour. credits_reader may run these.
set search_path = credits;
select available from open_profile('11111111-1111-4111-8111-111111111111', 500, 5000);
select new_balance
  from reserve_credits('11111111-1111-4111-8111-111111111111',
                       'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 2000);
select new_balance from refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');

SELECT id, meta_json->>'monthly_deducted', meta_json->>'addon_deducted' FROM jobs
 WHERE created_at > NOW() - INTERVAL '1 hour' AND meta_json->>'credits_deducted' = 'true';
SELECT reason FROM ledger WHERE reason LIKE 'job refund:%' AND ts > NOW() - INTERVAL '1 hour';
