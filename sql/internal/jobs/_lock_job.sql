-- _lock_job: locks a job and its profile, in one statement, and processes what is overdue. Returns
-- both as they are then. The job is locked, too: the statement might otherwise return it as it was
-- before the profile came free. With a profile_id, someone else's job looks like no job at all.
-- Raises: PT404 job_not_found, profile_not_found; 55P03 as _lock_profile.

create or replace function credits._lock_job(job_id uuid, profile_id uuid)
returns credits._locked_job
language plpgsql volatile
as $$
declare
  v_locked credits._locked_job;
begin
  if not credits._commits_durably() then
    perform set_config('synchronous_commit', 'on', true);
  end if;

  select p, j into v_locked.profile, v_locked.job
    from credits.jobs j
    join credits.profiles p on p.id = j.profile_id
   where j.id = _lock_job.job_id
     and coalesce(j.profile_id = _lock_job.profile_id, true) -- no index is to be chosen for it
     for no key update of p, j;
  if not found then
    if _lock_job.profile_id is null then
      perform credits._refuse_unknown_job();
    end if;
    -- Who has the profile locked may be reserving the job at this moment.
    v_locked.profile := credits._lock_profile(_lock_job.profile_id);
    v_locked.job := credits._find_job(_lock_job.job_id, _lock_job.profile_id);
  end if;
  if least((v_locked.profile).next_hold_expiry, (v_locked.profile).next_pack_expiry)
     <= credits._now() then
    v_locked.profile := credits._bring_up_to_date(v_locked.profile);
    v_locked.job := credits._find_job(_lock_job.job_id, (v_locked.profile).id);
  end if;
  return v_locked;
end
$$;
