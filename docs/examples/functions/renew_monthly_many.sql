-- The month of two profiles begins. The third one was never opened: it gets an error, which does not
-- affect them.
select count(p) as opened
  from (values ('a1a1a1a1-a1a1-4a1a-8a1a-a1a1a1a1a1a1'::uuid, 400),
               ('a2a2a2a2-a2a2-4a2a-8a2a-a2a2a2a2a2a2', 0)) v (id, monthly),
       lateral credits.open_profile(v.id, v.monthly) p;
select position, (renewal).carried, (renewal).lapsed, (renewal).new_balance,
       error ->> 'message' as error
  from credits.renew_monthly_many('[
         {"profile_id": "a1a1a1a1-a1a1-4a1a-8a1a-a1a1a1a1a1a1",
          "period_start": "2026-03-01T00:00:00Z", "allowance": 500, "rollover_cap": 100},
         {"profile_id": "a3a3a3a3-a3a3-4a3a-8a3a-a3a3a3a3a3a3",
          "period_start": "2026-03-01T00:00:00Z", "allowance": 500},
         {"profile_id": "a2a2a2a2-a2a2-4a2a-8a2a-a2a2a2a2a2a2",
          "period_start": "2026-03-01T00:00:00Z", "allowance": 500}
       ]');
