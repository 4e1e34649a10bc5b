-- _settle_for_less: a plain job settles for at most what it holds: the rest goes back to the two
-- buckets.
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
  v_back bigint[];
  v_returned credits._returned;
  v_valid boolean; -- assigned, since PERFORM costs more
begin
  v_back := credits._split_return(
    array[v_job.monthly_deducted, v_job.addon_deducted],
    v_job.monthly_deducted + v_job.addon_deducted - _settle_for_less.cost);
  v_returned := credits._write_return(
    _settle_for_less.profile, 'settle', v_job.id, v_back[1] - v_job.monthly_refunded,
    v_back[2] - v_job.addon_refunded);
  v_job.monthly_deducted := v_job.monthly_deducted - v_back[1];
  v_job.addon_deducted := v_job.addon_deducted - v_back[2];
  v_job := credits._settled_job(v_job, _settle_for_less.cost,
                                (_settle_for_less.profile).period_start, v_returned.seq,
                                credits._now());
  v_valid := credits._write_job(v_job);
  return credits._settlement_row(v_job, v_returned, false);
end
$$;
