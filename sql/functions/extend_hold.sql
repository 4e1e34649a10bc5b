-- extend_hold: moves the deadline of a hold further away: the heartbeat of a long job.
-- Promises: the hold lasts at least hold_for from now; a deadline never comes nearer.
-- Parameters: job_id: the job that goes on; hold_for: more than zero, at most 365 days;
--   profile_id: the job's profile, where the caller knows it.
-- Result: reservation: what the job took, raises included, with the deadline as it is now; both
--   balances are the present monthly + addon, and seq is the profile's newest.
-- Locks: profile, job.
-- Reads: jobs, profiles. Writes: jobs.
-- Raises: PT400 missing_argument, invalid_interval; PT404 job_not_found, profile_not_found;
--   PT409 wrong_state; PT410 profile_closed.
-- Replay: harmless: a second call finds a deadline that is far enough away already, or moves it by
--   the time between the two calls. replayed is always false.

create or replace function credits.extend_hold(
  job_id uuid,
  hold_for interval,
  profile_id uuid default null
)
returns credits.reservation
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_locked credits._locked_job;
  v_profile credits.profiles;
  v_job credits.jobs;
  v_reservation credits.reservation;
begin
  perform credits._check_present('job_id', extend_hold.job_id is not null);
  perform credits._check_interval('hold_for', extend_hold.hold_for);

  v_locked := credits._lock_job(extend_hold.job_id, extend_hold.profile_id);
  v_profile := v_locked.profile;
  v_job := v_locked.job;
  if v_profile.closed_at is not null then
    perform credits._refuse_closed();
  end if;
  if v_job.hold_due_at is null then
    raise exception using
      errcode = 'PT409',
      message = 'wrong_state',
      detail = jsonb_build_object('state', v_job.state),
      hint = 'Only a reserved job with a hold that has not expired can be extended.';
  end if;

  update credits.jobs j
     set hold_due_at = greatest(
           j.hold_due_at, credits._later(credits._now(), extend_hold.hold_for))
   where j.id = v_job.id
     and j.profile_id = v_job.profile_id
  returning j.hold_due_at into v_job.hold_due_at;

  v_reservation := credits._reservation_row(
    v_job.id, v_job.profile_id, v_job.state, v_job.reserved_cost, v_job.monthly_deducted,
    v_profile.credits_remaining + v_profile.addon_credits, v_profile.seq, false,
    v_job.hold_due_at);
  v_reservation.previous_balance := v_reservation.new_balance;
  return v_reservation;
end
$$;

comment on function credits.extend_hold(uuid, interval, uuid) is
  'Moves the deadline of a hold to at least hold_for from now: the heartbeat of a long job.';
