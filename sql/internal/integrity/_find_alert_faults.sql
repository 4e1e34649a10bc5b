-- _find_alert_faults: findings about what is remembered of a watched profile: whether it is low or
-- depleted is what its ledger says, who is told something is watched, and who is watched has an
-- alert.

create or replace function credits._find_alert_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  select 'error', a.profile_id, null::uuid, f.rule, f.expected::text, f.found::text
    from credits.alerts a
    join credits.profiles p on p.id = a.profile_id
    left join lateral (
     select (array_agg(c.crossed order by c.seq desc) filter (where c.kind = 'credits.low'))[1]
              as low,
            (array_agg(c.crossed order by c.seq desc)
               filter (where c.kind = 'credits.depleted'))[1] as depleted
       from credits._crossings(a, a.since_seq, a.since_low, a.since_depleted) c
   ) c on cardinality(a.kinds) > 0
   cross join lateral (values
     ('whether a profile is low is what its ledger says', coalesce(c.low, a.since_low), a.low),
     ('whether a profile is depleted is what its ledger says',
      coalesce(c.depleted, a.since_depleted), a.depleted),
     ('who is told something is watched', cardinality(a.kinds) > 0, p.watched)
   ) f (rule, expected, found)
   where a.profile_id = any (_find_alert_faults.profile_ids)
     and p.id = any (_find_alert_faults.profile_ids)
     and f.expected <> f.found
  union all
  select 'error', p.id, null, 'who is watched has an alert', 'an alert', 'none'
    from credits.profiles p
   where p.id = any (_find_alert_faults.profile_ids)
     and p.watched
     and not exists (select from credits.alerts a where a.profile_id = p.id)
$$;
