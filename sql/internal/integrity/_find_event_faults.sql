-- _find_event_faults: findings about events: what the ledger of a watched profile says was told,
-- once, and nothing else was told; and what is remembered of it is what the ledger says.

create or replace function credits._find_event_faults(profile_id uuid)
returns setof credits.finding
language sql stable
as $$
  with watched as (
    select a.*
      from credits.alerts a
     where a.profile_id = coalesce(_find_event_faults.profile_id, a.profile_id)
  ), crossings as (
    select a.profile_id, c.seq, c.kind, c.crossed, a.kinds
      from watched a
     cross join lateral credits._crossings(a, a.since_seq, a.since_low, a.since_depleted) c
  ), due as ( -- what was to be told
    select c.profile_id, c.seq, c.kind, '' as subject
      from crossings c
     where c.crossed
    union all
    select l.profile_id, l.seq, 'hold.expired', l.job_id::text
      from watched a
      join credits.ledger l on l.profile_id = a.profile_id and l.seq > a.since_seq
     where l.kind = 'expire'
    union all
    select j.profile_id, j.settle_seq, 'job.shortfall', j.id::text
      from watched a
      join credits.jobs j on j.profile_id = a.profile_id and j.settle_seq > a.since_seq
     where j.shortfall > 0
    union all
    select r.profile_id, r.seq, 'grant.uncollected', r.revocation_id
      from watched a
      join credits.revocations r on r.profile_id = a.profile_id and r.opened_seq > a.since_seq
     where r.seq = r.opened_seq
       and r.collected + r.lapsed < r.amount
    union all
    select t.profile_id, t.seq, 'topup.requested', t.reference
      from watched a
      join credits.topups t on t.profile_id = a.profile_id and t.seq > a.since_seq
  ), lapsed as ( -- of packs, each with a row of its own
    select l.profile_id, l.seq
      from watched a
      join credits.ledger l on l.profile_id = a.profile_id and l.seq > a.since_seq
     where l.kind = 'lapse'
       and l.job_id is null
  ), told as (
    select e.*
      from watched a
      join credits.events e on e.profile_id = a.profile_id
  )
  select 'error', d.profile_id, null::uuid, 'what happened to a watched profile was told',
         concat_ws(' ', d.kind, d.seq, nullif(d.subject, '')), 'nothing'
    from due d
    join watched a on a.profile_id = d.profile_id
   where d.kind = any (a.kinds)
     and not exists (select from told e
                      where e.profile_id = d.profile_id and e.seq = d.seq and e.kind = d.kind
                        and e.subject = d.subject)
  union all
  select 'error', l.profile_id, null, 'what happened to a watched profile was told',
         concat_ws(' ', 'pack.lapsed', l.seq), 'nothing'
    from lapsed l
    join watched a on a.profile_id = l.profile_id
   where 'pack.lapsed' = any (a.kinds)
     and not exists (select from told e
                      where e.profile_id = l.profile_id and e.seq = l.seq
                        and e.kind = 'pack.lapsed')
  union all
  select 'error', e.profile_id, null, 'what was told of a profile happened', 'nothing',
         concat_ws(' ', e.kind, e.seq, nullif(e.subject, ''))
    from told e
    join watched a on a.profile_id = e.profile_id
   where e.seq > a.since_seq
     and case e.kind
           when 'pack.lapsed' then not exists (
             select from lapsed l where l.profile_id = e.profile_id and l.seq = e.seq)
           when 'pack.expiring' then not exists (
             select from credits.packs k
              where k.profile_id = e.profile_id and k.seq = e.seq and k.notice_at = 'infinity')
           when 'hold.expired' then not exists ( -- a free job has no ledger row
             select from credits.jobs j
              where j.profile_id = e.profile_id and j.id::text = e.subject
                and j.hold_expires_at is not null and j.hold_due_at is null)
           when 'grant.uncollected' then not exists (
             select from credits.revocations r
              where r.profile_id = e.profile_id and r.opened_seq = e.seq
                and r.revocation_id = e.subject)
           when 'limit.reached' then false
           else not exists (
             select from due d
              where d.profile_id = e.profile_id and d.seq = e.seq and d.kind = e.kind
                and d.subject = e.subject)
         end
  union all
  select 'error', a.profile_id, null, f.rule, f.expected::text, f.found::text
    from watched a
    join credits.profiles p on p.id = a.profile_id
    left join lateral (
      select (array_agg(c.crossed order by c.seq desc) filter (where c.kind = 'credits.low'))[1]
               as low,
             (array_agg(c.crossed order by c.seq desc)
                filter (where c.kind = 'credits.depleted'))[1] as depleted
        from crossings c
       where c.profile_id = a.profile_id
    ) c on true
   cross join lateral (values
     ('whether a profile is low is what its ledger says', coalesce(c.low, a.since_low), a.low),
     ('whether a profile is depleted is what its ledger says',
      coalesce(c.depleted, a.since_depleted), a.depleted),
     ('who is told something is watched', cardinality(a.kinds) > 0, p.watched)
   ) f (rule, expected, found)
   where f.expected <> f.found
$$;
