-- _lock_unless_locked: locks a profile for a sweeper, unless somebody has it locked: they work off
-- what is overdue themselves. Never waits. Does not bring the profile up to the present yet.

create or replace function credits._lock_unless_locked(profile_id uuid)
returns boolean
language plpgsql volatile
as $$
begin
  perform
    from credits.profiles p
   where p.id = _lock_unless_locked.profile_id
     for no key update skip locked;
  return found;
end
$$;
