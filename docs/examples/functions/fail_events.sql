-- A third customer runs low, and the program that is to tell of it cannot be reached. The event is
-- handed out again in ten minutes.
select low_balance
  from credits.open_profile('99999999-9999-4999-8999-999999999999', 150) p,
       lateral credits.set_alert(p.profile_id, 100, '{credits.low}');
select new_balance
  from credits.reserve_credits('99999999-9999-4999-8999-999999999999', gen_random_uuid(), 60);
select credits.fail_events(array_agg(c.event_id), 'connection refused', retry_in => '10 minutes')
  from credits.claim_events() c;
