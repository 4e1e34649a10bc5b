-- _lock_profiles: locks the profiles of a batch by ascending id, so that batches wait for each
-- other and never deadlock. Does what _lock_profile does but for bringing them up to the present: a
-- profile that has something overdue goes the way of single calls, which do that, and whose refusal
-- undoes it. Gives the ids that there are as the keys of an object, in which one is found quickly:
-- a profile that is opened in this moment is seen later, and is not locked.

create or replace function credits._lock_profiles(profile_ids uuid[])
returns jsonb
language plpgsql volatile
as $$
declare
  v_locked uuid[];
begin
  -- As in _lock_profile: local to the transaction, and never lowered.
  if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
    perform set_config('synchronous_commit', 'on', true);
  end if;

  v_locked := array(
    select p.id
      from credits.profiles p
     where p.id = any (_lock_profiles.profile_ids)
     order by p.id
       for no key update);
  return (select coalesce(jsonb_object_agg(l.id, true), '{}') from unnest(v_locked) l (id));
end
$$;
