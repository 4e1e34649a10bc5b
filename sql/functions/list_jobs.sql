-- list_jobs: a page of a profile's jobs, newest first.
-- Promises: pages never skip or repeat a job, whatever is reserved meanwhile.
-- Parameters: profile_id: whose jobs; state: only jobs in this state, or null for all;
--   before_job_id: jobs that were reserved before this one, or null for the newest; page_size: at
--   most this many rows, 1 to 1000; spender: only jobs of this spender, or null for all.
-- Result: job_entry rows; none when there is nothing older. A hold that is overdue and not yet
--   processed is still reserved.
-- Locks: none.
-- Reads: profiles, jobs: those of the profile that are newer than the last row, whatever their
--   state and spender. Writes: nothing.
-- Raises: PT400 missing_argument, invalid_option, invalid_amount, invalid_reference; PT404
--   profile_not_found, job_not_found.
-- Replay: a read.

create or replace function credits.list_jobs(
  profile_id uuid,
  state text default null,
  before_job_id uuid default null,
  page_size bigint default 50,
  spender text default null
)
returns setof credits.job_entry
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  v_before credits.jobs;
begin
  perform credits._check_present('profile_id', list_jobs.profile_id is not null);
  if list_jobs.state is not null then
    perform credits._check_option(
      'state', list_jobs.state, array['reserved', 'settled', 'rolled_back', 'expired', 'refunded']);
  end if;
  perform credits._check_amount('page_size', list_jobs.page_size, 1, 1000);
  if list_jobs.spender is not null then
    perform credits._check_text('spender', list_jobs.spender);
  end if;

  if not exists (select from credits.profiles p where p.id = list_jobs.profile_id) then
    perform credits._refuse_unknown_profile();
  end if;
  if list_jobs.before_job_id is not null then
    v_before := credits._find_job(list_jobs.before_job_id, list_jobs.profile_id);
  end if;
  return query
    select e.*
      from credits.jobs j
     cross join lateral credits._job_entry(j) e
     where j.profile_id = list_jobs.profile_id
       and (v_before.id is null or (j.reserve_seq, j.id) < (v_before.reserve_seq, v_before.id))
       and (list_jobs.state is null or j.state = list_jobs.state)
       and (list_jobs.spender is null or j.spender = list_jobs.spender)
     order by j.reserve_seq desc, j.id desc
     limit list_jobs.page_size;
end
$$;

comment on function credits.list_jobs(uuid, text, uuid, bigint, text) is
  'A page of a profile''s jobs, newest first; the next page is before_job_id = the last row''s '
  'job_id.';
