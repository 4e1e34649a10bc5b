-- _lock_job: locks the profile of a job, then reads the job under that lock.
-- A job never changes its profile, so the first look needs no lock; the job row itself needs none
-- either, since every writer of it holds the profile. A given profile_id must be the job's: someone
-- else's job looks like no job at all.
-- Raises: PT404 job_not_found, profile_not_found.

create or replace function credits._lock_job(job_id uuid, profile_id uuid)
returns credits.jobs
language plpgsql volatile
as $$
declare
  v_profile_id uuid := _lock_job.profile_id;
  v_profile credits.profiles;
  v_job credits.jobs;
begin
  if v_profile_id is null then
    select j.profile_id into v_profile_id
      from credits.jobs j
     where j.id = _lock_job.job_id;
  end if;
  if v_profile_id is not null then
    v_profile := credits._lock_profile(v_profile_id);
    select j.* into v_job
      from credits.jobs j
     where j.id = _lock_job.job_id
       and j.profile_id = v_profile.id;
  end if;
  if v_job.id is null then
    perform credits._check_job_found(v_job.id is not null);
  end if;
  return v_job;
end
$$;
