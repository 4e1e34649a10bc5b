-- _load_last_raise: a job with its last raise alone, and what that drew from a pack last: what the
-- next raise begins with, so that it costs the same however many there were.

create or replace function credits._load_last_raise(job credits.jobs)
returns credits._change
language plpgsql stable
as $$
declare
  v_job alias for job;
  v_change credits._change;
  v_last credits.raises;
begin
  v_change.job := v_job;
  if v_job.raised > 0 then
    select r.* into strict v_last
      from credits.raises r
     where r.profile_id = v_job.profile_id
       and r.job_id = v_job.id
     order by r.draw desc
     limit 1;
    v_change.raises := array[v_last];
  end if;
  if v_last.pack > 0 then
    v_change.draws := array(
      select d
        from credits.pack_draws d
       where d.profile_id = v_job.profile_id
         and d.job_id = v_job.id
         and d.draw = v_last.draw
       order by d.position desc
       limit 1);
  end if;
  return v_change;
end
$$;
