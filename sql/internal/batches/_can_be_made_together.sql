-- _can_be_made_together: whether the reservations of a batch that have an effect are all simple:
-- each job id once, profiles without packs and limits, and each can pay all of its own.
-- locked: the profiles as the caller has locked them.

create or replace function credits._can_be_made_together(
  drafts credits._reservation_draft[],
  locked credits.profiles[]
)
returns boolean
language plpgsql immutable
set enable_nestloop = off
set enable_hashjoin = on
as $$
begin
  return not exists (
    select
      from unnest(_can_be_made_together.drafts) d
      left join unnest(_can_be_made_together.locked) p on p.id = d.profile_id
     where d.total is null
        or p.id is null
        or p.closed_at is not null
        or p.next_pack_expiry is not null
        or p.limited
        or (credits._split_deduction(p.credits_remaining, p.addon_credits, p.overdraft_limit,
                                     d.total, 0)).shortfall > 0);
end
$$;
