-- rollback_reservation: gives back a reservation whose job never started.
-- Promises: every credit the job still holds is back in the bucket it came from.
-- Parameters: job_id: the job that never started; profile_id: the job's profile, where the caller
--   knows it.
-- Result: refund: what this call gave back. state is the job's state now.
-- Locks: profile, job.
-- Reads: jobs, profiles, ledger, settings, and where needed what it writes. Writes: profiles, jobs,
--   ledger, and where needed: packs, pack_draws, raises, renewals, revocations, limits; one line
--   in the server's log, if asked for.
-- Raises: PT400 missing_argument; PT404 job_not_found, profile_not_found; PT409 wrong_state.
-- Replay: a job with nothing out returns the result of the rollback that ended it, or zeros if
--   something else ended it. A settled job is wrong_state: refund it.

create or replace function credits.rollback_reservation(
  job_id uuid,
  profile_id uuid default null
)
returns credits.refund
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_locked credits._locked_job;
  v_profile credits.profiles;
  v_job credits.jobs;
begin
  perform credits._check_present('job_id', rollback_reservation.job_id is not null);

  v_locked := credits._lock_job(rollback_reservation.job_id, rollback_reservation.profile_id);
  v_profile := v_locked.profile;
  v_job := v_locked.job;

  if v_job.closing_seq is not null then
    return credits._answer_ended_job(v_job, 'rollback');
  end if;
  if v_job.state = 'settled' then
    raise exception using
      errcode = 'PT409',
      message = 'wrong_state',
      detail = jsonb_build_object('state', v_job.state),
      hint = 'A settled job has run: use credits.refund_job to give its credits back.';
  end if;
  return credits._return_credits(
    v_profile, v_job, credits._outstanding(v_job), 'rollback', 'rolled_back');
end
$$;

comment on function credits.rollback_reservation(uuid, uuid) is
  'Gives back a reservation whose job never started, to the buckets it came from.';
