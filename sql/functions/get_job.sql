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
begin
  perform credits._check_present('job_id', get_job.job_id is not null);
  return credits._job_entry(credits._find_job(get_job.job_id, get_job.profile_id));
end
$$;

comment on function credits.get_job(uuid, uuid) is
  'A job as it is: its state, what it took from each bucket, what went back, and what it holds.';
