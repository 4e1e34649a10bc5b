-- _return_credits: a return as such: a refund, a rollback. When nothing is out any more the job
-- takes final_state; before that its state stays. What only the two buckets gave goes straight back
-- to them, written at once, since most jobs that fail end here: what _returned_job and _refund_row
-- say of any job, and tests compare (batches/equals_single_calls_*). Whatever else there is to it
-- is planned as it is for many.
-- profile: the job's, as the caller has locked it. amount: outstanding, as the caller has checked;
-- without a reference, which names a part, it is all that is.
-- Writes: profiles, jobs, ledger, packs, pack_draws, raises, renewals, revocations, limits; one
-- line in the server's log, if asked for.

create or replace function credits._return_credits(
  profile credits.profiles,
  job credits.jobs,
  amount bigint,
  kind text,
  final_state text,
  reason text default null,
  reference text default null
)
returns credits.refund
language plpgsql volatile
as $$
declare
  v_now constant timestamptz := credits._now();
  v_job alias for job;
  v_monthly bigint;
  v_addon bigint;
  v_seq bigint := (_return_credits.profile).seq;
  v_balance constant bigint :=
    (_return_credits.profile).credits_remaining + (_return_credits.profile).addon_credits;
  v_planned credits._planned;
  v_change credits._change;
  v_is_plain constant boolean := _return_credits.reference is null
    and credits._is_plain(_return_credits.profile, _return_credits.job);
begin
  if v_is_plain then
    v_monthly := v_job.monthly_deducted - v_job.monthly_refunded;
    v_addon := v_job.addon_deducted - v_job.addon_refunded;
    if _return_credits.amount > 0 then
      v_seq := credits._write_ledger(
        v_job.profile_id, _return_credits.kind, v_job.id, v_monthly, v_addon,
        credits._with_note(
          credits._job_reason(_return_credits.kind, v_job.id, '+', v_monthly, v_addon),
          _return_credits.reason));
    end if;
    update credits.jobs j
       set monthly_refunded = j.monthly_deducted,
           addon_refunded = j.addon_deducted,
           state = _return_credits.final_state,
           closing_seq = v_seq,
           finished_at = v_now,
           hold_due_at = null,
           meta_json = j.meta_json || credits._refunded_meta(j.monthly_deducted, j.addon_deducted)
     where j.id = v_job.id;
  else
    v_change := credits._load_change(v_job);
    v_change.note := _return_credits.reason;
    v_change.reference := _return_credits.reference;
    v_planned := credits._plan_return(
      credits._load_purse(_return_credits.profile, array[v_job], draws => false), v_change,
      _return_credits.amount, _return_credits.kind, _return_credits.final_state, v_now, v_now);
    perform credits._write_one(v_planned);
    v_job := (v_planned.change).job;
    v_monthly := ((v_planned.change).returned).monthly;
    v_addon := ((v_planned.change).returned).addon;
  end if;
  if (_return_credits.profile).closed_at is not null then
    perform credits._follow(v_job.profile_id);
  end if;
  if credits._logs_returns() and _return_credits.amount > 0 then
    raise log '[Credits] % % credits for job % (monthly: %, addon: %)',
      case _return_credits.kind when 'rollback' then 'Rolled back' else 'Refunded' end,
      _return_credits.amount, v_job.id, credits._delta_text(v_monthly),
      credits._delta_text(v_addon);
  end if;
  if v_is_plain then
    return row(
      v_job.id, v_job.profile_id, _return_credits.final_state, _return_credits.amount, v_monthly,
      v_addon, 0, 0, 0, 0, coalesce(v_job.breakdown_source, 'recorded'), v_balance,
      v_balance + _return_credits.amount, v_seq, false
    )::credits.refund;
  end if;
  return credits._refund_row(v_job, (v_planned.change).returned, false);
end
$$;
