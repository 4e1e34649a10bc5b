-- Both are refunded. A job that was never reserved gets an error, which does not affect them.
select position, (refund).amount, (refund).state, (refund).new_balance, error ->> 'message' as error
  from credits.refund_job_many('[
         {"job_id": "e1e1e1e1-e1e1-4e1e-8e1e-e1e1e1e1e1e1", "reason": "it failed after all"},
         {"job_id": "e3e3e3e3-e3e3-4e3e-8e3e-e3e3e3e3e3e3"},
         {"job_id": "e2e2e2e2-e2e2-4e2e-8e2e-e2e2e2e2e2e2"}
       ]');
