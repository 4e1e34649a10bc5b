-- _find_record_faults: findings about ledger rows of grants and moves, in one pass: each grant is
-- recorded as its row says, and what a row of a moved profile gave, rows of its successor took.

create or replace function credits._find_record_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  select 'error', l.profile_id, null::uuid, f.rule, f.expected, f.found
    from (
      select l.profile_id, l.seq
        from credits.ledger l
       where l.profile_id = any (_find_record_faults.profile_ids)
         and l.kind in ('grant', 'move')
       union
      select g.profile_id, g.seq
        from credits.addon_grants g
       where g.profile_id = any (_find_record_faults.profile_ids)
    ) b
    join credits.ledger l on l.profile_id = b.profile_id and l.seq = b.seq
    left join credits.addon_grants g on g.profile_id = b.profile_id and g.seq = b.seq
    left join credits.packs k on k.profile_id = b.profile_id and k.seq = b.seq
    left join credits.moves m on m.profile_id = b.profile_id and l.kind = 'move'
   cross join lateral (
     select coalesce(sum(o.monthly_delta), 0) as monthly, coalesce(sum(o.addon_delta), 0) as addon
       from credits.move_entries e
       join credits.ledger o on o.profile_id = e.to_profile_id and o.seq = e.to_seq
      where e.profile_id = b.profile_id
        and e.seq = b.seq
        and e.to_profile_id = m.to_profile_id
        and o.kind = 'move'
   ) o
   cross join lateral (values
     ('grant is recorded with its reference', 'grant', l.reference, g.reference),
     ('grant is recorded with its amount', 'grant', l.addon_delta::text, g.amount::text),
     ('pack has the amount of its grant', 'grant', coalesce(k.amount, l.addon_delta)::text,
      l.addon_delta::text),
     ('successor took what was moved', 'move', (-l.monthly_delta - l.addon_delta)::text,
      (o.monthly + o.addon)::text),
     ('monthly credits went where the move says', 'move',
      case m.monthly_rest when 'monthly' then -l.monthly_delta else 0 end::text, o.monthly::text)
   ) f (rule, kind, expected, found)
   where f.expected is distinct from f.found
     and case f.kind
           when 'grant' then l.kind = 'grant' or g.seq is not null
           else l.kind = 'move' and not exists ( -- it gave, and did not take
             select from credits.move_entries t
              where t.to_profile_id = b.profile_id and t.to_seq = b.seq)
         end
$$;
