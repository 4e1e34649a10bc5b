-- A part first, under a refund_id, then all that is still out.
select state, amount, monthly_refunded, addon_refunded, new_balance
  from credits.refund_job(
         job_id => 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
         amount => 400,
         refund_id => 'rows-that-failed');
select state, amount, monthly_refunded, addon_refunded, new_balance
  from credits.refund_job(job_id => 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');
