-- _write_jobs: writes what changes did to jobs that were there before. The ids stand there twice,
-- so that also a plan from when the table was empty looks them up.
-- Of a job that changed twice the last change tells.

create or replace function credits._write_jobs(changes credits._change[])
returns void
language plpgsql volatile
as $$
begin
  update credits.jobs j
     set state = c.state,
         reserved_cost = c.reserved_cost,
         raised = c.raised,
         settled_cost = c.settled_cost,
         shortfall = c.shortfall,
         monthly_deducted = c.monthly_deducted,
         addon_deducted = c.addon_deducted,
         monthly_drawn_at_settle = c.monthly_drawn_at_settle,
         addon_drawn_at_settle = c.addon_drawn_at_settle,
         pack_deducted = c.pack_deducted,
         monthly_refunded = c.monthly_refunded,
         addon_refunded = c.addon_refunded,
         settle_seq = c.settle_seq,
         settled_late = c.settled_late,
         settle_period_start = c.settle_period_start,
         closing_seq = c.closing_seq,
         hold_due_at = c.hold_due_at,
         finished_at = c.finished_at,
         meta_json = c.meta_json
    from (select distinct on ((w.job).id) (w.job).*
            from unnest(_write_jobs.changes) with ordinality w
           where w.kind <> 'reserve'
             and (w.job).id is not null
           order by (w.job).id, w.ordinality desc) c
   where j.id = c.id
     and j.id = any (array(select (w.job).id from unnest(_write_jobs.changes) w))
     and j.profile_id = c.profile_id;
end
$$;
