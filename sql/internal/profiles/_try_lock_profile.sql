-- _try_lock_profile: locks a profile unless another session has it locked, and never waits. For
-- sweepers: who has the lock processes what is overdue. True if the profile is locked now.

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
