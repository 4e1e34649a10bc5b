-- _return_credits: a return as such: a refund, a rollback. When nothing is out any more the job
-- takes final_state; before that its state stays. What only the two buckets gave goes straight back
-- to them; whatever else there is to it is planned as it is for many.
-- profile: the job's, as the caller has locked it. amount: outstanding, as the caller has checked.
-- Writes: profiles, jobs, ledger, packs, pack_draws, raises, renewals, limits; one line in the
-- server's log, if asked for.

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
  v_returned credits._returned;
  v_valid boolean; -- assigned, since PERFORM costs more
  v_planned credits._planned;
  v_change credits._change;
begin
  if _return_credits.reference is null
     and credits._is_plain(_return_credits.profile, v_job) then
    v_returned := credits._write_return(
      _return_credits.profile, _return_credits.kind, v_job.id,
      v_job.monthly_deducted - v_job.monthly_refunded, v_job.addon_deducted - v_job.addon_refunded,
      _return_credits.reason);
    v_job := credits._returned_job(v_job, v_returned.monthly, v_returned.addon, v_returned.seq,
                                   _return_credits.final_state, v_now);
    v_valid := credits._write_job(v_job);
  else
    v_change := credits._load_change(v_job);
    v_change.note := _return_credits.reason;
    v_change.reference := _return_credits.reference;
    v_planned := credits._plan_return(
      credits._load_purse(_return_credits.profile, array[v_job], draws => false), v_change,
      _return_credits.amount, _return_credits.kind, _return_credits.final_state, v_now, v_now);
    perform credits._write_one(v_planned);
    v_returned := (v_planned.change).returned;
    v_job := (v_planned.change).job;
  end if;
  if (_return_credits.profile).closed_at is not null then
    perform credits._follow(v_job.profile_id);
  end if;
  if _return_credits.amount > 0 and credits._logs_returns() then
    raise log '[Credits] % % credits for job % (monthly: +%, addon: +%)',
      case _return_credits.kind when 'rollback' then 'Rolled back' else 'Refunded' end,
      _return_credits.amount, v_job.id, v_returned.monthly, v_returned.addon;
  end if;
  return credits._refund_row(v_job, v_returned, false);
end
$$;
