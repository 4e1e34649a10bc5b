-- Two jobs at once. The third element asks for too much: only it is refused.
select position, (reservation).cost, (reservation).addon_deducted, (reservation).new_balance,
       error ->> 'message' as error
  from credits.reserve_credits_many('[
         {"profile_id": "11111111-1111-4111-8111-111111111111",
          "job_id": "e1e1e1e1-e1e1-4e1e-8e1e-e1e1e1e1e1e1", "cost": 100},
         {"profile_id": "11111111-1111-4111-8111-111111111111",
          "job_id": "e2e2e2e2-e2e2-4e2e-8e2e-e2e2e2e2e2e2", "cost": 250, "meta": {"model": "xl"}},
         {"profile_id": "11111111-1111-4111-8111-111111111111",
          "job_id": "e3e3e3e3-e3e3-4e3e-8e3e-e3e3e3e3e3e3", "cost": 1000000}
       ]');
