-- _return_credits: a return as such: a refund, a rollback or an expired hold. When nothing is out
-- any more the job takes final_state; before that its state stays.
-- profile: the job's, as the caller has locked it. amount: outstanding, as the caller has checked.
-- Writes: what _give_back writes, jobs; one line in the server's log, but for an expired hold: what
-- brings a profile up to date sums those up.

create or replace function credits._return_credits(
  profile credits.profiles,
  job credits.jobs,
  amount bigint,
  kind text,
  final_state text,
  reason text default null,
  reference text default null,
  at timestamptz default credits._now()
)
returns credits.refund
language plpgsql volatile
as $$
declare
  v_job credits.jobs := _return_credits.job;
  v_returned credits._returned;
begin
  v_returned := credits._give_back(
    _return_credits.profile, v_job, _return_credits.amount, _return_credits.kind,
    _return_credits.at, _return_credits.reason, _return_credits.reference);

  v_job.monthly_refunded := v_job.monthly_refunded + v_returned.monthly;
  v_job.addon_refunded := v_job.addon_refunded + v_returned.addon;
  if credits._outstanding(v_job) = 0 then
    v_job.state := _return_credits.final_state;
    v_job.closing_seq := v_returned.seq;
    v_job.finished_at := coalesce(v_job.finished_at, credits._now());
    v_job.hold_due_at := null;
  end if;
  v_job.meta_json := v_job.meta_json || credits._refunded_meta(
    v_job.monthly_refunded, v_job.addon_refunded);
  update credits.jobs j
     set monthly_refunded = v_job.monthly_refunded,
         addon_refunded = v_job.addon_refunded,
         state = v_job.state,
         closing_seq = v_job.closing_seq,
         finished_at = v_job.finished_at,
         hold_due_at = v_job.hold_due_at,
         meta_json = v_job.meta_json
   where j.id = v_job.id
     and j.profile_id = v_job.profile_id;

  if _return_credits.amount > 0 and _return_credits.kind <> 'expire'
     and credits._logs_returns() then
    raise log '[Credits] % % credits for job % (monthly: +%, addon: +%)',
      case _return_credits.kind when 'rollback' then 'Rolled back' else 'Refunded' end,
      _return_credits.amount, v_job.id, v_returned.monthly, v_returned.addon;
  end if;
  return credits._refund_row(v_job, v_returned, false);
end
$$;
