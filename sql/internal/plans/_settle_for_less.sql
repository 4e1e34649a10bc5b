-- _settle_for_less: a plain job settles for at most what it holds: the rest goes back to the two
-- buckets. Written at once, since most jobs end here: what _settled_job and _settlement_row say of
-- any job, and tests compare (batches/equals_single_calls_*).
-- profile: the job's, as the caller has locked it.

create or replace function credits._settle_for_less(
  profile credits.profiles,
  job credits.jobs,
  cost bigint
)
returns credits.settlement
language plpgsql volatile
as $$
declare
  v_job alias for job;
  v_profile alias for profile;
  v_balance constant bigint := v_profile.credits_remaining + v_profile.addon_credits;
  v_back constant bigint :=
    v_job.monthly_deducted + v_job.addon_deducted - _settle_for_less.cost;
  v_monthly_back constant bigint := credits._monthly_back(v_job.addon_deducted, v_back);
  v_monthly_kept constant bigint := v_job.monthly_deducted - v_monthly_back;
  v_addon_kept constant bigint := _settle_for_less.cost - v_monthly_kept;
  -- Without what went back before.
  v_monthly constant bigint := v_monthly_back - v_job.monthly_refunded;
  v_addon constant bigint := v_back - v_monthly_back - v_job.addon_refunded;
  v_seq bigint := v_profile.seq;
begin
  if v_monthly + v_addon > 0 then
    v_seq := credits._write_ledger(
      v_profile.id, 'settle', v_job.id, v_monthly, v_addon,
      credits._job_reason('settle', v_job.id, '+', v_monthly, v_addon));
  end if;
  update credits.jobs j
     set state = 'settled',
         settled_cost = _settle_for_less.cost,
         monthly_deducted = v_monthly_kept,
         addon_deducted = v_addon_kept,
         monthly_refunded = 0,
         addon_refunded = 0,
         settle_seq = v_seq,
         settle_period_start = v_profile.period_start,
         settled_late = j.state = 'expired',
         closing_seq = null,
         hold_due_at = null,
         finished_at = credits._now(),
         meta_json = credits._settled_meta(
           j.meta_json, _settle_for_less.cost, v_monthly_kept, v_addon_kept)
   where j.id = v_job.id;
  return row(
    v_job.id, v_job.profile_id, _settle_for_less.cost, v_monthly_kept, v_addon_kept,
    0, v_monthly, v_addon, 0, 0, 0, 0,
    v_job.state = 'expired', v_balance, v_balance + v_monthly + v_addon, v_seq, false
  )::credits.settlement;
end
$$;
