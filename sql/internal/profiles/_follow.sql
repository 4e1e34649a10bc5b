-- _follow: what has come back to a profile whose credits were moved goes on to its successor, and
-- from there to that one's, in the same transaction. Nothing for a profile that was not moved: who
-- calls it has seen that the profile is closed, as a moved one always is.
-- The caller holds the profile's lock. The successor is locked after it, whatever its id: who holds
-- the lock of a successor never waits long for a profile that was moved to it (_lock_in_order).
-- Writes: profiles, ledger, move_entries, and where packs came back: packs, addon_grants.
-- Raises: 55P03.

create or replace function credits._follow(profile_id uuid)
returns void
language plpgsql volatile
as $$
declare
  v_move credits.moves;
  v_profile credits.profiles;
  v_successor credits.profiles;
begin
  select m.* into v_move
    from credits.moves m
   where m.profile_id = _follow.profile_id;
  if not found then
    return;
  end if;
  select p.* into strict v_profile
    from credits.profiles p
   where p.id = _follow.profile_id;
  if v_profile.addon_credits = 0
     and (v_profile.credits_remaining = 0 or v_move.monthly_rest = 'leave') then
    return;
  end if;

  select p.* into strict v_successor
    from credits.profiles p
   where p.id = v_move.to_profile_id
     for no key update;
  v_successor := credits._bring_up_to_date(v_successor);
  perform credits._move_rest(v_profile, v_successor.id, v_move.monthly_rest, 'it came back');
  if v_successor.closed_at is not null then
    perform credits._follow(v_successor.id);
  end if;
end
$$;
