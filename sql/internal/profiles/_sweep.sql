-- _sweep: what a sweeper does to one profile: processes at most so many of its overdue holds and
-- packs. Nothing where another session has the profile locked: who has the lock does it.
-- at: what is due then is overdue. Returns the changes, which are written.

create or replace function credits._sweep(profile_id uuid, at timestamptz, at_most bigint)
returns credits._change[]
language plpgsql volatile
as $$
declare
  v_profile credits.profiles;
begin
  if not credits._try_lock_profile(_sweep.profile_id) then
    return array[]::credits._change[];
  end if;
  v_profile := credits._lock_profile(_sweep.profile_id);
  if coalesce(least(v_profile.next_hold_expiry, v_profile.next_pack_expiry) > _sweep.at, true) then
    return array[]::credits._change[]; -- somebody was faster
  end if;
  return (credits._expire(v_profile, _sweep.at, _sweep.at_most)).changes;
end
$$;
