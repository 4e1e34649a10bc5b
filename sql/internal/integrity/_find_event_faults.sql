-- _find_event_faults: findings about events: what happened to a watched profile was told, once, and
-- nothing else was told; a request for credits that was granted has its grant.

create or replace function credits._find_event_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  with watched as (
    select a.*
      from credits.alerts a
     where a.profile_id = any (_find_event_faults.profile_ids)
  ), due as (
    select a.profile_id, d.seq, d.kind, d.subject
      from watched a
     cross join lateral credits._due_events(a) d
  ), told as (
    select e.profile_id, e.seq, e.kind, e.subject
      from watched a
      join credits.events e on e.profile_id = a.profile_id and e.seq > a.since_seq
  )
  select 'error', d.profile_id, null::uuid, 'what happened to a watched profile was told',
         concat_ws(' ', d.kind, d.seq, nullif(d.subject, '')), 'nothing'
    from due d
   where not exists (select from credits.events e
                      where e.profile_id = d.profile_id and e.seq = d.seq and e.kind = d.kind
                        and e.subject = coalesce(d.subject, e.subject))
  union all
  select 'error', e.profile_id, null, 'what was told of a profile happened', 'nothing',
         concat_ws(' ', e.kind, e.seq, nullif(e.subject, ''))
    from told e
    left join due d on d.profile_id = e.profile_id and d.seq = e.seq and d.kind = e.kind
                   and e.subject = coalesce(d.subject, e.subject)
   where case e.kind
           when 'pack.expiring' then not exists (
             select from credits.packs k
              where k.profile_id = any (_find_event_faults.profile_ids)
                and k.profile_id = e.profile_id and k.seq = e.seq and k.notice_at = 'infinity')
           when 'hold.expired' then d.seq is null
             and e.profile_id is distinct from ( -- a free job has no ledger row
               select j.profile_id
                 from credits.jobs j
                where j.id = case when e.subject ~ '^[0-9a-f-]{36}$' then e.subject::uuid end
                  and j.reserved_cost = 0
                  and j.hold_expires_at is not null and j.hold_due_at is null)
           when 'grant.uncollected' then not exists ( -- it may have been collected since
             select from credits.revocations r
              where r.profile_id = any (_find_event_faults.profile_ids)
                and r.profile_id = e.profile_id and r.opened_seq = e.seq
                and r.revocation_id = e.subject)
           when 'limit.reached' then false
           else d.seq is null
         end
  union all
  select 'error', t.profile_id, null, 'a granted request has its grant',
         format('a grant for request %s', t.number), 'none'
    from credits.topups t
   where t.profile_id = any (_find_event_faults.profile_ids)
     and t.state = 'granted'
     and not exists (select from credits.ledger l
                      where l.profile_id = t.profile_id and l.seq = t.grant_seq
                        and l.kind = 'grant' and l.reference = t.reference)
$$;
