-- _held_by_draw: what a job holds of each of its draws, in the order in which it drew: when it was
-- reserved (draw 1), each time it was raised, and when it settled for more. Told as rows of raises:
-- monthly, addon and its part early are what is held of them.
-- Pure. raises, draws: all of the job, in their order; null where there are none.

create or replace function credits._held_by_draw(
  job credits.jobs,
  raises credits.raises[],
  draws credits.pack_draws[]
)
returns credits.raises[]
language plpgsql immutable
as $$
declare
  v_job alias for job;
  v_held credits.raises[] := _held_by_draw.raises;
  v_draw credits.raises;
  v_back bigint[];
  v_monthly bigint := v_job.monthly_deducted - v_job.monthly_refunded;
  v_addon bigint := v_job.addon_deducted - v_job.addon_refunded;
  v_settled constant integer := 2 + coalesce(cardinality(_held_by_draw.raises), 0);
  v_early bigint := 0::bigint; -- held of draw 1
  v_early_settled bigint := 0::bigint; -- drawn when it settled
begin
  if v_job.pack_deducted > 0 then
    select coalesce(sum(d.amount - d.returned) filter (where d.draw = 1), 0)::bigint,
           coalesce(sum(d.amount) filter (where d.draw = v_settled), 0)::bigint
      into v_early, v_early_settled
      from unnest(_held_by_draw.draws) d
     where d.early;
  end if;
  if v_job.monthly_drawn_at_settle + v_job.addon_drawn_at_settle > 0 then
    v_draw.draw := v_settled;
    v_draw.monthly := v_job.monthly_drawn_at_settle;
    v_draw.addon := v_job.addon_drawn_at_settle;
    v_draw.early := v_early_settled;
    v_draw.returned := v_job.monthly_refunded + v_job.addon_refunded; -- counted since it settled
    v_draw.seq := v_job.settle_seq;
    v_draw.period_start := v_job.settle_period_start;
    v_held := v_held || v_draw;
  end if;
  for v_number in 1..coalesce(cardinality(v_held), 0) loop
    v_draw := v_held[v_number];
    v_back := credits._split_return(
      array[v_draw.early, v_draw.monthly, v_draw.addon - v_draw.early], v_draw.returned);
    v_draw.early := v_draw.early - v_back[1];
    v_draw.monthly := v_draw.monthly - v_back[2];
    v_draw.addon := v_draw.addon - v_back[1] - v_back[3];
    v_held[v_number] := v_draw;
    v_monthly := v_monthly - v_draw.monthly;
    v_addon := v_addon - v_draw.addon;
  end loop;

  v_draw.draw := 1;
  v_draw.monthly := v_monthly;
  v_draw.addon := v_addon;
  v_draw.early := v_early;
  v_draw.seq := v_job.reserve_seq;
  v_draw.period_start := v_job.period_start;
  return v_draw || v_held;
end
$$;
