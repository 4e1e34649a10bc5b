-- _lock_profiles: locks the profiles of a batch by ascending id, so that batches wait for each
-- other and never deadlock. It does not bring them up to date: elements of a profile that has
-- something overdue are made by single calls, which do that, and whose refusal undoes it.
-- Returns the rows that it has locked: a profile that is opened at this moment is not among them,
-- and must be left alone.
-- Where a settlement or refund names no profile, it is that of its job: a job never changes its
-- profile, so looking at it needs no lock.

create or replace function credits._lock_profiles(kind text, elements credits._batch_element[])
returns credits.profiles[]
language plpgsql volatile
as $$
begin
  -- As in _lock_profile: local to the transaction, and never lowered.
  if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
    perform set_config('synchronous_commit', 'on', true);
  end if;

  return array(
    select p
      from credits.profiles p
     where p.id = any (array(
             select coalesce(
                      e.profile_id,
                      (select j.profile_id
                         from credits.jobs j
                        where j.id = e.job_id
                          and _lock_profiles.kind <> 'reserve'))
               from unnest(_lock_profiles.elements) e))
     order by p.id
       for no key update);
end
$$;
