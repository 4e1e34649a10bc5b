-- _write_raises: writes what jobs drew when they were raised: raises that are new or have become
-- more, and what came back of others. Of a job that changed twice the last change tells.

create or replace function credits._write_raises(changes credits._change[])
returns void
language plpgsql volatile
as $$
begin
  insert into credits.raises as r (profile_id, job_id, draw, monthly, addon, pack, early, returned,
                                   seq, period_start)
  select w.profile_id, w.job_id, w.draw, w.monthly, w.addon, w.pack, w.early, w.returned, w.seq,
         w.period_start
    from (select distinct on ((c.job).id) c.raises
            from unnest(_write_raises.changes) with ordinality c
           where c.raises is not null
           order by (c.job).id, c.ordinality desc) c
   cross join unnest(c.raises) w
      on conflict on constraint raises_pkey do update
     set monthly = excluded.monthly,
         addon = excluded.addon,
         pack = excluded.pack,
         early = excluded.early,
         returned = excluded.returned,
         seq = excluded.seq
   where (r.seq, r.returned) <> (excluded.seq, excluded.returned);
end
$$;
