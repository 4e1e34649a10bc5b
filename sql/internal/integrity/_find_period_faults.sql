-- _find_period_faults: findings about renewals, packs, grants and revocations: a profile is in the
-- period of its newest renewal, each row belongs to a ledger row of its kind, and no draw is of a
-- job that is not there.

create or replace function credits._find_period_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  select 'error', p.id, null::uuid, 'profile is in the period of its newest renewal',
         r.period_start::text, p.period_start::text
    from credits.profiles p
   cross join lateral (
     select max(r.period_start) as period_start
       from credits.renewals r
      where r.profile_id = p.id
   ) r
   where p.id = any (_find_period_faults.profile_ids)
     and p.period_start is distinct from r.period_start
  union all
  select 'error', r.profile_id, null::uuid, f.rule, f.expected::text, f.found::text
    from credits.renewals r
    left join lateral (
     select c.allowance, c.owed
       from credits.allowance_changes c
      where c.profile_id = r.profile_id
        and c.period_start = r.period_start
      order by c.seq desc
      limit 1
   ) c on true
   cross join lateral (values
     ('month has the allowance of its latest change', coalesce(c.allowance, r.allowance),
      r.allowance),
     ('no more is owed than the latest change left', coalesce(c.owed, 0),
      greatest(r.owed, c.owed))
   ) f (rule, expected, found)
   where r.profile_id = any (_find_period_faults.profile_ids)
     and f.expected <> f.found
  union all
  select 'error', w.profile_id, null::uuid, w.rule, w.kinds, l.kind
    from (
      select r.profile_id, r.seq, 'renewal has its ledger row', 'renew' from credits.renewals r
      union all
      select c.profile_id, c.seq, 'change of allowance has its ledger row', 'change'
        from credits.allowance_changes c
      union all
      select k.profile_id, k.seq, 'pack has its ledger row', 'grant' from credits.packs k
      union all
      select g.profile_id, g.seq, 'grant has its ledger row', 'grant' from credits.addon_grants g
      union all
      select v.profile_id, v.source_seq, 'revocation has the ledger row of its grant or month',
             case when g.seq is not null then 'grant' else 'renew' end
        from credits.revocations v
        left join credits.addon_grants g on g.profile_id = v.profile_id and g.seq = v.source_seq
      union all
      select v.profile_id, v.opened_seq, 'revocation was opened by its ledger row', 'revoke'
        from credits.revocations v
       where v.opened_seq is not null
      union all
      select v.profile_id, v.seq, 'revocation has its ledger row',
             case
               when v.ended_at is not null then 'reinstate'
               -- Another one that was undone, or another allowance, may have changed it.
               when l.kind in ('reinstate', 'change') then l.kind
               else 'revoke'
             end
        from credits.revocations v
        left join credits.ledger l on l.profile_id = v.profile_id and l.seq = v.seq
    ) w (profile_id, seq, rule, kinds)
    left join credits.ledger l on l.profile_id = w.profile_id and l.seq = w.seq
   where w.profile_id = any (_find_period_faults.profile_ids)
     and l.kind is distinct from w.kinds
     and (w.kinds <> 'grant' or l.kind is distinct from 'move') -- a pack that was moved
  union all
  select 'error', d.profile_id, d.job_id, 'pack draw names a job of its profile', 'a job', 'none'
    from credits.pack_draws d
   where d.profile_id = any (_find_period_faults.profile_ids)
     and d.profile_id is distinct from
           (select j.profile_id from credits.jobs j where j.id = d.job_id)
$$;
