-- _due_events: what the stored rows of a watched profile say was to be told since its alert holds,
-- of the kinds that are told. subject is null where the rows do not name it.

create or replace function credits._due_events(alert credits.alerts)
returns table (seq bigint, kind text, subject text)
language sql stable
as $$
  select d.seq, d.kind, d.subject
    from (
      select c.seq, c.kind, '' as subject
        from credits._crossings(
               _due_events.alert, (_due_events.alert).since_seq, (_due_events.alert).since_low,
               (_due_events.alert).since_depleted) c
       where c.crossed
      union all
      select l.seq, 'hold.expired', l.job_id::text
        from credits.ledger l
       where l.profile_id = (_due_events.alert).profile_id
         and l.kind = 'expire'
      union all
      select l.seq, 'pack.lapsed', null -- each pack has a row of its own
        from credits.ledger l
       where l.profile_id = (_due_events.alert).profile_id
         and l.kind = 'lapse'
         and l.job_id is null
      union all
      select j.settle_seq, 'job.shortfall', j.id::text
        from credits.jobs j
       where j.profile_id = (_due_events.alert).profile_id
         and j.shortfall > 0
      union all
      select r.seq, 'grant.uncollected', r.revocation_id
        from credits.revocations r
       where r.profile_id = (_due_events.alert).profile_id
         and r.seq = r.opened_seq
         and r.collected + r.lapsed < r.amount
      union all
      select t.seq, 'topup.requested', t.reference
        from credits.topups t
       where t.profile_id = (_due_events.alert).profile_id
    ) d
   where d.seq > (_due_events.alert).since_seq
     and d.kind = any ((_due_events.alert).kinds)
$$;
