-- get_job: a job as it is: what it took, what went back, and what it holds.
-- Promises: all of it is of one moment.
-- Parameters: job_id: which; profile_id: the job's profile, where the caller knows it.
-- Result: job_entry. A hold that is overdue and not yet processed is still reserved.
-- Locks: none.
-- Reads: jobs. Writes: nothing.
-- Raises: PT400 missing_argument; PT404 job_not_found.
-- Replay: a read.

create or replace function credits.get_job(job_id uuid, profile_id uuid default null)
returns credits.job_entry
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  v_job credits.jobs;
begin
  perform credits._check_present('job_id', get_job.job_id is not null);

  select j.* into v_job
    from credits.jobs j
   where j.id = get_job.job_id
     and j.profile_id = coalesce(get_job.profile_id, j.profile_id);
  if not found then
    perform credits._refuse_unknown_job();
  end if;
  return credits._job_entry(v_job);
end
$$;

comment on function credits.get_job(uuid, uuid) is
  'A job as it is: its state, what it took from each bucket, what went back, and what it holds.';
