-- _settled_job: a job that has settled: its columns and its published copy are now the final ones,
-- and counting what is refunded starts anew. The caller has set what the buckets gave.
-- Pure. period_start: the profile's, now. seq: the ledger row of settling, or the newest. at: now.

create or replace function credits._settled_job(
  job credits.jobs,
  cost bigint,
  period_start timestamptz,
  seq bigint,
  at timestamptz
)
returns credits.jobs
language plpgsql stable
as $$
declare
  v_job alias for job;
begin
  v_job.settled_late := v_job.state = 'expired';
  v_job.state := 'settled';
  v_job.settled_cost := _settled_job.cost;
  v_job.monthly_refunded := 0;
  v_job.addon_refunded := 0;
  v_job.settle_seq := _settled_job.seq;
  v_job.closing_seq := null;
  v_job.hold_due_at := null;
  v_job.finished_at := _settled_job.at;
  v_job.settle_period_start := _settled_job.period_start;
  v_job.meta_json := credits._settled_meta(
    v_job.meta_json, v_job.settled_cost, v_job.monthly_deducted, v_job.addon_deducted);
  return v_job;
end
$$;
