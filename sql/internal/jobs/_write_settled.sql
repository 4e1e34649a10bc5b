-- _write_settled: writes a job that has settled, and returns it: its columns and its published
-- copy are now the final ones, and counting what is refunded starts anew.
-- period_start: the profile's, now.
-- Writes: jobs.

create or replace function credits._write_settled(
  job credits.jobs,
  cost bigint,
  period_start timestamptz
)
returns credits.jobs
language plpgsql volatile
as $$
declare
  v_job credits.jobs := _write_settled.job;
begin
  v_job.settled_late := v_job.state = 'expired';
  v_job.state := 'settled';
  v_job.settled_cost := _write_settled.cost;
  v_job.monthly_refunded := 0;
  v_job.addon_refunded := 0;
  v_job.closing_seq := null;
  v_job.hold_due_at := null;
  v_job.finished_at := credits._now();
  v_job.settle_period_start := _write_settled.period_start;
  v_job.meta_json :=
    v_job.meta_json - array['credits_refunded', 'monthly_refunded', 'addon_refunded']
    || credits._deducted_meta(
         v_job.settled_cost, v_job.monthly_deducted, v_job.addon_deducted);
  update credits.jobs j
     set state = v_job.state,
         settled_cost = v_job.settled_cost,
         shortfall = v_job.shortfall,
         monthly_deducted = v_job.monthly_deducted,
         addon_deducted = v_job.addon_deducted,
         monthly_drawn_at_settle = v_job.monthly_drawn_at_settle,
         addon_drawn_at_settle = v_job.addon_drawn_at_settle,
         pack_deducted = v_job.pack_deducted,
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
  return v_job;
end
$$;
