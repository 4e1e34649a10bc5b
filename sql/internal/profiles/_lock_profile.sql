-- _lock_profile: the one lock. Every single call that writes and knows its profile starts here, one
-- that knows a job in _lock_job, also for a replay: what is read after it stays true until commit,
-- and with a synchronous standby no answer is given that a failover could lose. FOR NO KEY UPDATE,
-- because FOR UPDATE would block (and deadlock with) inserts elsewhere that reference the profile.
-- Lock order everywhere: profile, then job, then the rest; several profiles by ascending id.
-- It also makes the commit durable where the caller's session had turned that off.
-- Raises: PT404 profile_not_found; 55P03 after the lock_timeout that every writer sets.

create or replace function credits._lock_profile(profile_id uuid)
returns credits.profiles
language plpgsql volatile
as $$
declare
  v_profile credits.profiles;
begin
  if not credits._commits_durably() then
    perform set_config('synchronous_commit', 'on', true);
  end if;

  select p.* into v_profile
    from credits.profiles p
   where p.id = _lock_profile.profile_id
     for no key update;
  if not found then
    perform credits._refuse_unknown_profile();
  end if;
  return v_profile;
end
$$;
