-- _find_job: a job, of a profile where the caller names one: someone else's looks like no job at
-- all. It is not locked. A statement of its own, so that who has locked the profile reads nothing
-- older than the lock.
-- Raises: PT404 job_not_found.

create or replace function credits._find_job(job_id uuid, profile_id uuid)
returns credits.jobs
language plpgsql stable
as $$
declare
  v_job credits.jobs;
begin
  select j.* into v_job
    from credits.jobs j
   where j.id = _find_job.job_id
     and j.profile_id = coalesce(_find_job.profile_id, j.profile_id);
  if not found then
    perform credits._refuse_unknown_job();
  end if;
  return v_job;
end
$$;
