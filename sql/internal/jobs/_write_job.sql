-- _write_job: writes a job that has changed; true. Its draws from packs are written elsewhere.

create or replace function credits._write_job(job credits.jobs)
returns boolean
language plpgsql volatile
as $$
declare
  v_job alias for job;
begin
  update credits.jobs j
     set state = v_job.state,
         settled_cost = v_job.settled_cost,
         monthly_deducted = v_job.monthly_deducted,
         addon_deducted = v_job.addon_deducted,
         monthly_refunded = v_job.monthly_refunded,
         addon_refunded = v_job.addon_refunded,
         settle_seq = v_job.settle_seq,
         settled_late = v_job.settled_late,
         settle_period_start = v_job.settle_period_start,
         closing_seq = v_job.closing_seq,
         hold_due_at = v_job.hold_due_at,
         finished_at = v_job.finished_at,
         meta_json = v_job.meta_json
   where j.id = v_job.id
     and j.profile_id = v_job.profile_id;
  return found;
end
$$;
