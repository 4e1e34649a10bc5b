-- _get_job: the job of a locked profile, by a statement of its own: what it reads is no older than
-- the lock. Someone else's job looks like no job at all.
-- Raises: PT404 job_not_found.

create or replace function credits._get_job(profile_id uuid, job_id uuid)
returns credits.jobs
language plpgsql stable
as $$
declare
  v_job credits.jobs;
begin
  select j.* into v_job
    from credits.jobs j
   where j.id = _get_job.job_id
     and j.profile_id = _get_job.profile_id;
  if not found then
    perform credits._refuse_unknown_job();
  end if;
  return v_job;
end
$$;
