-- _settle_for_less: a job that settles for what it holds, or less: the rest goes back. Returns the
-- job as it is then, not yet written: what it deducted is now what it holds.

create or replace function credits._settle_for_less(job credits.jobs, amount bigint)
returns credits.jobs
language plpgsql volatile
as $$
declare
  v_job credits.jobs := _settle_for_less.job;
  v_returned credits._returned;
begin
  v_returned := credits._give_back(v_job, _settle_for_less.amount, 'settle', credits._now());
  -- There is one draw so far, so what the buckets gave and what came back simply subtract.
  v_job.monthly_deducted := v_job.monthly_deducted - v_job.monthly_refunded - v_returned.monthly;
  v_job.addon_deducted := v_job.addon_deducted - v_job.addon_refunded - v_returned.addon;
  v_job.settle_seq := v_returned.seq;
  return v_job;
end
$$;
