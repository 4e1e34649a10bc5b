-- _find_revocation_faults: findings about what was taken back of grants and months: no more is
-- revoked of one than there was, a pack gave no more than it had, a profile knows what its
-- revocations have not collected, and what they have is no more than the ledger took for them.

create or replace function credits._find_revocation_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  with revoked as (
    select v.profile_id, v.source_seq, sum(v.amount) as amount, sum(v.collected) as collected
      from credits.revocations v
     where v.profile_id = any (_find_revocation_faults.profile_ids)
     group by v.profile_id, v.source_seq
  )
  select 'error', r.profile_id, null::uuid, f.rule, format('at most %s', f.limit_to), f.found::text
    from revoked r
    left join credits.addon_grants g on g.profile_id = r.profile_id and g.seq = r.source_seq
    left join credits.renewals n on n.profile_id = r.profile_id and n.seq = r.source_seq
    left join credits.packs k on k.profile_id = r.profile_id and k.seq = r.source_seq
   cross join lateral (values
     ('no more is revoked than was granted', coalesce(g.amount, n.allowance, 0), r.amount),
     ('no more of a pack is collected than it had', k.amount - k.remaining - k.lapsed, r.collected)
   ) f (rule, limit_to, found)
   where f.found > f.limit_to
  union all
  select 'error', p.id, null::uuid, 'profile knows what is uncollected', v.uncollected::text,
         p.uncollected::text
    from credits.profiles p
   cross join lateral (
     select coalesce(sum(w.amount), 0) as uncollected
       from (select v.amount - v.collected - v.lapsed as amount
              from credits.revocations v
             where v.profile_id = p.id
             union all
            select n.owed from credits.renewals n where n.profile_id = p.id) w
   ) v
   where p.id = any (_find_revocation_faults.profile_ids)
     and p.uncollected <> v.uncollected
  union all
  select 'error', v.profile_id, null::uuid, f.rule, format('at most %s', f.limit_to), f.found::text
    from (
      select v.profile_id,
             coalesce(sum(v.collected) filter (where n.seq is not null), 0) as monthly,
             coalesce(sum(v.collected) filter (where n.seq is null), 0) as addon
        from credits.revocations v
        left join credits.renewals n on n.profile_id = v.profile_id and n.seq = v.source_seq
       where v.profile_id = any (_find_revocation_faults.profile_ids)
       group by v.profile_id
    ) v
   cross join lateral (
     select -sum(l.addon_delta) as addon, sum(coalesce(c.collected, -l.monthly_delta)) as monthly
       from credits.ledger l
       left join credits.allowance_changes c on c.profile_id = l.profile_id and c.seq = l.seq
      where l.profile_id = v.profile_id
        and l.kind in ('revoke', 'reinstate', 'change')
   ) l
   cross join lateral (values
     ('no more is collected of months than the ledger took', coalesce(l.monthly, 0), v.monthly),
     ('no more is collected of grants than the ledger took', coalesce(l.addon, 0), v.addon)
   ) f (rule, limit_to, found)
   -- What a dispute that was won cannot give back to an expired promo pack stays taken.
   where f.found > f.limit_to
$$;
