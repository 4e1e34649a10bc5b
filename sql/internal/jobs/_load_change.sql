-- _load_change: a job with what else its draws are: what a change of it begins with. What it never
-- did stays null and is not read: most jobs drew from no pack, and were not raised.

create or replace function credits._load_change(job credits.jobs)
returns credits._change
language plpgsql stable
as $$
declare
  v_job alias for job;
  v_change credits._change;
begin
  v_change.job := v_job;
  if v_job.pack_deducted > 0 then
    v_change.draws := array(
      select d
        from credits.pack_draws d
       where d.profile_id = v_job.profile_id
         and d.job_id = v_job.id
       order by d.draw, d.position);
  end if;
  if v_job.raised > 0 then
    v_change.raises := array(
      select r
        from credits.raises r
       where r.profile_id = v_job.profile_id
         and r.job_id = v_job.id
       order by r.draw);
  end if;
  return v_change;
end
$$;
