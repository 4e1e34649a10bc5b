-- The estimate was 1,500 and the job cost 1,200: the last 300 credits that it drew go back.
select settled_cost, monthly_deducted, addon_deducted, monthly_refunded, addon_refunded,
       shortfall, new_balance
  from credits.settle_job(
         job_id => 'cccccccc-cccc-4ccc-8ccc-cccccccccccc',
         actual_cost => 1200);
