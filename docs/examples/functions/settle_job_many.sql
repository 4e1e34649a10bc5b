-- The first job cost less than was reserved.
select position, (settlement).settled_cost, (settlement).monthly_refunded,
       (settlement).addon_refunded, (settlement).new_balance, error
  from credits.settle_job_many('[
         {"job_id": "e1e1e1e1-e1e1-4e1e-8e1e-e1e1e1e1e1e1", "actual_cost": 60},
         {"job_id": "e2e2e2e2-e2e2-4e2e-8e2e-e2e2e2e2e2e2"}
       ]');
