-- settle_job: settles a job at its actual cost: gives back what is left over, or draws more.
-- Promises: afterwards the job holds its actual cost, less a recorded shortfall: the first credits
--   it drew stay taken, the last ones go back first. A finished job never fails for lack of credits
--   unless that is asked for.
-- Parameters: job_id: the job that ran; actual_cost: credits, 0 or more, or null for what the job
--   holds, or held until its hold expired; overage: what to do when the job needs more than there
--   is: cap (take what is there, record the shortfall, past any limit) or reject; profile_id: the
--   job's profile, where the caller knows it.
-- Result: settlement; late says that the hold had expired before, so the whole cost was drawn anew.
-- Locks: profile, job.
-- Reads: jobs, profiles, ledger, settings, and where needed what it writes. Writes: profiles, jobs,
--   ledger, and where needed: packs, pack_draws, raises, renewals, revocations, limits.
-- Raises: PT400 missing_argument, invalid_amount, invalid_option; PT402 insufficient_credits,
--   limit_exceeded; PT404 job_not_found, profile_not_found; PT409 job_conflict, wrong_state.
-- Replay: the same cost, or none, returns the first result, even after a refund; another cost is
--   job_conflict. overage is not compared. A job that was refunded or rolled back without having
--   been settled is wrong_state.

create or replace function credits.settle_job(
  job_id uuid,
  actual_cost bigint default null,
  overage text default 'cap',
  profile_id uuid default null
)
returns credits.settlement
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_locked credits._locked_job;
  v_profile credits.profiles;
  v_job credits.jobs;
  v_cost bigint;
  v_planned credits._planned;
  v_settlement credits.settlement;
begin
  if settle_job.job_id is null then
    perform credits._refuse_missing('job_id');
  end if;
  if settle_job.actual_cost is not null
     and not credits._is_amount(settle_job.actual_cost, 0) then
    perform credits._check_amount('actual_cost', settle_job.actual_cost, 0);
  end if;
  if settle_job.overage is distinct from 'cap' then
    perform credits._check_option('overage', settle_job.overage, array['cap', 'reject']);
  end if;

  v_locked := credits._lock_job(settle_job.job_id, settle_job.profile_id);
  v_profile := v_locked.profile;
  v_job := v_locked.job;

  if v_job.settled_cost is not null then
    if v_job.settled_cost <> settle_job.actual_cost then
      raise exception using
        errcode = 'PT409',
        message = 'job_conflict',
        detail = jsonb_build_object('stored', v_job.settled_cost, 'given', settle_job.actual_cost),
        hint = 'The job was settled at another cost: refund a part of it, or reserve a new job.';
    end if;
    return credits._settlement_row(v_job, credits._settled_by(v_job), true);
  end if;
  if v_job.state in ('rolled_back', 'refunded') then
    raise exception using
      errcode = 'PT409',
      message = 'wrong_state',
      detail = jsonb_build_object('state', v_job.state),
      hint = 'The credits of this job went back before it was settled: reserve a new job.';
  end if;

  v_cost := coalesce(settle_job.actual_cost, credits._default_cost(v_job));
  if v_cost <= credits._outstanding(v_job) and credits._is_plain(v_profile, v_job) then
    v_settlement := credits._settle_for_less(v_profile, v_job, v_cost);
  else
    v_planned := credits._plan_settlement(
      credits._load_purse(v_profile, array[v_job], draws => true), credits._load_change(v_job),
      v_cost, settle_job.overage, credits._now());
    perform credits._write_one(v_planned);
    v_settlement := credits._settlement_row(
      (v_planned.change).job, (v_planned.change).returned, false);
  end if;
  if v_profile.closed_at is not null then
    perform credits._follow(v_profile.id);
  end if;
  return v_settlement;
end
$$;

comment on function credits.settle_job(uuid, bigint, text, uuid) is
  'Settles a job at its actual cost: gives back what is left over, or draws more; overage says '
  'what happens when there are too few credits.';
