-- _returned_job: a job after a return. When nothing is out any more it takes final_state; before
-- that its state stays.
-- Pure. seq: the ledger row of the return, or the newest where it moved nothing. at: now.

create or replace function credits._returned_job(
  job credits.jobs,
  monthly bigint,
  addon bigint,
  seq bigint,
  final_state text,
  at timestamptz
)
returns credits.jobs
language plpgsql stable
as $$
declare
  v_job alias for job;
begin
  v_job.monthly_refunded := v_job.monthly_refunded + _returned_job.monthly;
  v_job.addon_refunded := v_job.addon_refunded + _returned_job.addon;
  if credits._outstanding(v_job) = 0 then
    v_job.state := _returned_job.final_state;
    v_job.closing_seq := _returned_job.seq;
    v_job.finished_at := coalesce(v_job.finished_at, _returned_job.at);
    v_job.hold_due_at := null;
  end if;
  v_job.meta_json := v_job.meta_json || credits._refunded_meta(
    v_job.monthly_refunded, v_job.addon_refunded);
  return v_job;
end
$$;
