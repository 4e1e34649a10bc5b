-- _settle_for_more: a job that settles for more than it holds: the difference is a second draw,
-- split as any other. Returns the job as it is then, not yet written. A hold that has expired
-- holds nothing, so the whole cost is drawn.
-- profile: the job's, as the caller has locked it.
-- Raises: PT402 insufficient_credits (overage reject).

create or replace function credits._settle_for_more(
  profile credits.profiles,
  job credits.jobs,
  cost bigint,
  overage text
)
returns credits.jobs
language plpgsql volatile
as $$
declare
  v_profile constant credits.profiles := _settle_for_more.profile;
  v_job credits.jobs := _settle_for_more.job;
  v_needed constant bigint := _settle_for_more.cost - credits._outstanding(v_job);
  v_split credits._split;
begin
  v_split := credits._split_deduction(v_profile.credits_remaining, v_profile.addon_credits,
                                      v_profile.overdraft_limit, v_needed);
  if v_split.shortfall > 0 and _settle_for_more.overage = 'reject' then
    perform credits._refuse_draw(v_profile, v_needed, v_split.shortfall);
  end if;

  if v_profile.next_pack_expiry is not null and v_split.addon > 0 then
    v_job.pack_deducted := v_job.pack_deducted
      + credits._draw_packs(v_profile.id, v_split.addon, v_job.id, 2::smallint);
  end if;
  v_job.settle_seq := v_profile.seq;
  if v_split.monthly + v_split.addon > 0 then
    v_job.settle_seq := (credits._write_ledger(
      v_profile.id, 'settle', v_job.id, -v_split.monthly, -v_split.addon,
      credits._job_reason('settle', v_job.id, '-', v_split.monthly, v_split.addon))).seq;
  end if;

  v_job.monthly_deducted := v_job.monthly_deducted - v_job.monthly_refunded + v_split.monthly;
  v_job.addon_deducted := v_job.addon_deducted - v_job.addon_refunded + v_split.addon;
  v_job.monthly_drawn_at_settle := v_split.monthly;
  v_job.addon_drawn_at_settle := v_split.addon;
  v_job.shortfall := v_split.shortfall;
  return v_job;
end
$$;
