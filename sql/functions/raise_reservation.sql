-- raise_reservation: a reserved job takes more: it holds at least this cost from now on. For work
-- that learns what it costs while it runs, such as a stream or an agent.
-- Promises: afterwards the job holds at least cost. What it lacks is one more draw, all of it or
--   nothing: early packs, then monthly, then addon. What it took last comes back first, over all
--   its draws.
-- Parameters: job_id: the job that goes on; cost: credits that it shall hold, 0 or more, those that
--   it holds already included; profile_id: the job's profile, where the caller knows it.
-- Result: reservation: cost, monthly_deducted and addon_deducted are what the job holds now, and
--   the deadline is the present one; the difference of the balances is what this call took.
-- Locks: profile, job.
-- Reads: jobs, profiles, packs, raises, pack_draws, limits. Writes: profiles, jobs, ledger, raises,
--   and where the profile has packs or limits: packs, pack_draws, limits.
-- Raises: PT400 missing_argument, invalid_amount; PT402 insufficient_credits, limit_exceeded; PT404
--   job_not_found, profile_not_found; PT409 wrong_state; PT410 profile_closed.
-- Replay: a job that holds as much already takes nothing, and the result is as it stands: both
--   balances are the present ones, seq is the profile's newest, and replayed is true. What a
--   partial refund gave back in between is not held any more, and is drawn again.

create or replace function credits.raise_reservation(
  job_id uuid,
  cost bigint,
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
  v_missing bigint;
  v_planned credits._planned;
  v_reservation credits.reservation;
begin
  perform credits._check_present('job_id', raise_reservation.job_id is not null);
  perform credits._check_amount('cost', raise_reservation.cost, 0);

  v_locked := credits._lock_job(raise_reservation.job_id, raise_reservation.profile_id);
  v_profile := v_locked.profile;
  v_job := v_locked.job;
  if v_job.state <> 'reserved' then
    raise exception using
      errcode = 'PT409',
      message = 'wrong_state',
      detail = jsonb_build_object('state', v_job.state),
      hint = case v_job.state
               when 'settled' then 'Only a job that is still reserved can be raised: reserve what '
                                   'it needs beyond its cost under a new job id.'
               else 'The credits of this job have gone back: reserve all that it needs under a new '
                    'job id.'
             end;
  end if;

  v_missing := greatest(raise_reservation.cost - credits._outstanding(v_job), 0);
  if v_missing > 0 then
    if v_profile.closed_at is not null then
      perform credits._refuse_closed();
    end if;
    -- All that a job ever took is an amount, too.
    perform credits._check_amount(
      'cost', raise_reservation.cost, 0,
      9007199254740991 - v_job.monthly_refunded - v_job.addon_refunded);
    v_planned := credits._plan_raise(
      credits._load_purse(v_profile, null, draws => true, spenders => array[v_job.spender]),
      credits._load_last_raise(v_job), v_missing, credits._now());
    perform credits._write_one(v_planned);
    v_profile := (v_planned.purse).profile;
    v_job := (v_planned.change).job;
  end if;
  v_reservation := credits._reservation_row(
    v_job.id, v_job.profile_id, v_job.state, credits._outstanding(v_job),
    v_job.monthly_deducted - v_job.monthly_refunded,
    v_profile.credits_remaining + v_profile.addon_credits, v_profile.seq, v_missing = 0,
    v_job.hold_due_at);
  v_reservation.previous_balance := v_reservation.new_balance + v_missing;
  return v_reservation;
end
$$;

comment on function credits.raise_reservation(uuid, bigint, uuid) is
  'A reserved job holds at least this cost from now on: takes what it lacks: early packs, then '
  'monthly, then addon. A job that holds as much already takes nothing.';
