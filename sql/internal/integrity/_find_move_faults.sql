-- _find_move_faults: findings about profiles whose credits were moved: nothing was taken that was
-- not moved; a moved profile is closed, and keeps nothing that would have gone on.

create or replace function credits._find_move_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  select 'error', t.to_profile_id, null::uuid, 'what was taken was moved', 'move',
         case l.kind when 'move' then g.kind else l.kind end
    from credits.move_entries t
    left join credits.ledger l on l.profile_id = t.to_profile_id and l.seq = t.to_seq
    left join credits.ledger g on g.profile_id = t.profile_id and g.seq = t.seq
   where t.to_profile_id = any (_find_move_faults.profile_ids)
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
   where m.profile_id = any (_find_move_faults.profile_ids)
     and p.id = any (_find_move_faults.profile_ids)
     and f.expected is distinct from f.found
$$;
