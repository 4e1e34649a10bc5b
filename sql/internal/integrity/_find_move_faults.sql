-- _find_move_faults: findings about profiles whose credits were moved: what a ledger row of one
-- gave, rows of its successor took, and nothing else was taken; a moved profile is closed, and
-- keeps nothing that would have gone on.

create or replace function credits._find_move_faults(profile_id uuid)
returns setof credits.finding
language sql stable
as $$
  select 'error', l.profile_id, null::uuid, f.rule, f.expected::text, f.found::text
    from credits.ledger l
    left join credits.moves m on m.profile_id = l.profile_id
   cross join lateral (
     select coalesce(sum(o.monthly_delta), 0) as monthly, coalesce(sum(o.addon_delta), 0) as addon
       from credits.move_entries e
       join credits.ledger o on o.profile_id = e.to_profile_id and o.seq = e.to_seq
      where e.profile_id = l.profile_id
        and e.seq = l.seq
        and e.to_profile_id = m.to_profile_id
        and o.kind = 'move'
   ) o
   cross join lateral (values
     ('successor took what was moved', -l.monthly_delta - l.addon_delta, o.monthly + o.addon),
     ('monthly credits went where the move says',
      case m.monthly_rest when 'monthly' then -l.monthly_delta else 0 end, o.monthly)
   ) f (rule, expected, found)
   where l.profile_id = coalesce(_find_move_faults.profile_id, l.profile_id)
     and l.kind = 'move'
     and not exists (select from credits.move_entries t
                      where t.to_profile_id = l.profile_id and t.to_seq = l.seq)
     and f.expected <> f.found
  union all
  select 'error', t.to_profile_id, null::uuid, 'what was taken was moved', 'move',
         case l.kind when 'move' then g.kind else l.kind end
    from credits.move_entries t
    left join credits.ledger l on l.profile_id = t.to_profile_id and l.seq = t.to_seq
    left join credits.ledger g on g.profile_id = t.profile_id and g.seq = t.seq
   where t.to_profile_id = coalesce(_find_move_faults.profile_id, t.to_profile_id)
     and (l.kind <> 'move' or g.kind <> 'move')
  union all
  select 'error', m.profile_id, null::uuid, f.rule, f.expected, f.found
    from credits.moves m
    join credits.profiles p on p.id = m.profile_id
    left join credits.ledger l on l.profile_id = m.profile_id and l.seq = m.seq
   cross join lateral (values
     ('moved profile is closed', 'true', (p.closed_at is not null)::text),
     ('moved profile keeps nothing', '0',
      (p.addon_credits
       + case m.monthly_rest when 'leave' then 0 else p.credits_remaining end)::text),
     ('move has its ledger row', m.move_id, case l.kind when 'move' then l.reference end)
   ) f (rule, expected, found)
   where m.profile_id = coalesce(_find_move_faults.profile_id, m.profile_id)
     and f.expected is distinct from f.found
$$;
