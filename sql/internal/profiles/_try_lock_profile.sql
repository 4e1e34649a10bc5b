-- _try_lock_profile: locks a profile unless another session has it locked, and never waits. True if
-- the profile is locked now, false also where there is no such profile. For sweepers, since who has
-- the lock processes what is overdue, and for profiles that a batch has not locked at its start.

create or replace function credits._try_lock_profile(profile_id uuid)
returns boolean
language plpgsql volatile
as $$
begin
  perform
    from credits.profiles p
   where p.id = _try_lock_profile.profile_id
     for no key update skip locked;
  return found;
end
$$;
