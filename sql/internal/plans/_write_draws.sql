-- _write_draws: writes what jobs drew from packs: draws that are new, and what came back of others.

create or replace function credits._write_draws(draws credits.pack_draws[])
returns void
language plpgsql volatile
as $$
begin
  if coalesce(cardinality(_write_draws.draws), 0) = 0 then
    return;
  end if;
  insert into credits.pack_draws as d (profile_id, job_id, draw, position, pack_seq, amount,
                                       returned, time_left, early)
  select w.profile_id, w.job_id, w.draw, w.position, w.pack_seq, w.amount, w.returned, w.time_left,
         w.early
    from unnest(_write_draws.draws) w
      on conflict on constraint pack_draws_pkey do update
     set returned = excluded.returned
   where d.returned <> excluded.returned;
end
$$;
