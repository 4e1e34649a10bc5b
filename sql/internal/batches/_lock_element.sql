-- _lock_element: the ids of an element of a batch of jobs, its profile found and locked. Where
-- there is none, ids that nobody has: the single call then gives the answer that is right.
-- The caller has locked all profiles that there were. One that has come since, or whose job has, is
-- locked only if nobody has it locked: waiting for it now could deadlock.

create or replace function credits._lock_element(inout job_id uuid, inout profile_id uuid)
language plpgsql volatile
as $$
declare
  v_profile_id uuid := _lock_element.profile_id;
begin
  if v_profile_id is null then
    select j.profile_id into v_profile_id
      from credits.jobs j
     where j.id = _lock_element.job_id;
  end if;
  if credits._try_lock_profile(v_profile_id) then
    _lock_element.profile_id := v_profile_id;
  else
    _lock_element.job_id := case when _lock_element.job_id is not null then gen_random_uuid() end;
    _lock_element.profile_id := case
                                  when _lock_element.profile_id is not null then gen_random_uuid()
                                end;
  end if;
end
$$;
