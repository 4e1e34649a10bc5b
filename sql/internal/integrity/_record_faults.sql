-- _record_faults: what is wrong with what else is recorded of a ledger row of a grant or a move: a
-- grant is recorded as its row says, and what a row of a moved profile gave, rows of its successor
-- took.

create or replace function credits._record_faults(profile_id uuid, seq bigint)
returns setof credits._fault
language sql stable
as $$
  select f.*
    from credits.ledger l
    left join credits.addon_grants g on g.profile_id = l.profile_id and g.seq = l.seq
    left join credits.packs k on k.profile_id = l.profile_id and k.seq = l.seq
    left join credits.moves m on m.profile_id = l.profile_id and l.kind = 'move'
   cross join lateral (
     select coalesce(sum(o.monthly_delta), 0) as monthly, coalesce(sum(o.addon_delta), 0) as addon
       from credits.move_entries e
       join credits.ledger o on o.profile_id = e.to_profile_id and o.seq = e.to_seq
      where e.profile_id = l.profile_id
        and e.seq = l.seq
        and e.to_profile_id = m.to_profile_id
        and o.kind = 'move'
   ) o
   cross join lateral unnest(
     case when l.kind = 'grant' or g.seq is not null then array[
       credits._fault('grant is recorded with its reference', l.reference, g.reference),
       credits._fault('grant is recorded with its amount', l.addon_delta, g.amount),
       credits._fault('pack has the amount of its grant', coalesce(k.amount, l.addon_delta),
                      l.addon_delta)
     ] end
     || case when l.kind = 'move' and not exists ( -- it gave, and did not take
       select from credits.move_entries t
        where t.to_profile_id = l.profile_id
          and t.to_seq = l.seq
     ) then array[
       credits._fault('successor took what was moved', -l.monthly_delta - l.addon_delta,
                      o.monthly + o.addon),
       credits._fault('monthly credits went where the move says',
                      case m.monthly_rest when 'monthly' then -l.monthly_delta else 0 end,
                      o.monthly)
     ] end) f
   where l.profile_id = _record_faults.profile_id
     and l.seq = _record_faults.seq
     and f.rule is not null -- a row is null where one of its columns is
$$;
