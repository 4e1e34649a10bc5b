-- _sweep: what a sweeper does to one profile: processes at most so many of its overdue holds and
-- packs. Nothing where another session has the profile locked: who has the lock does it. Nor where
-- one has a profile locked that what comes back goes on to.
-- at: what is due then is overdue. Returns the changes, which are written.

create or replace function credits._sweep(profile_id uuid, at timestamptz, at_most bigint)
returns credits._change[]
language plpgsql volatile
as $$
declare
  v_profile credits.profiles;
  v_changes credits._change[];
begin
  if not credits._try_lock_profile(_sweep.profile_id) then
    return array[]::credits._change[];
  end if;
  v_profile := credits._lock_profile(_sweep.profile_id);
  if coalesce(least(v_profile.next_hold_expiry, v_profile.next_pack_expiry) > _sweep.at, true) then
    return array[]::credits._change[]; -- somebody was faster
  end if;
  if v_profile.closed_at is not null and not credits._try_lock_successors(v_profile.id) then
    return array[]::credits._change[];
  end if;
  v_changes := (credits._expire(v_profile, _sweep.at, _sweep.at_most)).changes;
  if v_profile.closed_at is not null then
    perform credits._follow(v_profile.id);
  end if;
  return v_changes;
end
$$;
