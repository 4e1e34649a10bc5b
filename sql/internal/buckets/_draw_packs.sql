-- _draw_packs: spends addon credits of packs: smaller priority first, then the earlier expiry, then
-- the older grant. What they cannot give comes from the perpetual rest, which needs no row.
-- Pure. Returns the packs as they are then, and a draw for each pack that gave something.

create or replace function credits._draw_packs(
  packs credits.packs[],
  addon bigint,
  job_id uuid,
  draw integer,
  at timestamptz
)
returns credits._moved_packs
language plpgsql immutable
as $$
declare
  v_packs credits.packs[] := _draw_packs.packs;
  v_draw credits.pack_draws;
  v_draws credits.pack_draws[];
  v_left bigint := _draw_packs.addon;
  v_taken bigint;
  v_position integer := 0;
  v_pack record;
begin
  for v_pack in
    select k.*
      from unnest(_draw_packs.packs) with ordinality k
     where k.remaining > 0
     order by k.priority, k.expires_at, k.seq
  loop
    exit when v_left = 0;
    v_taken := least(v_left, v_pack.remaining);
    v_left := v_left - v_taken;
    v_packs[v_pack.ordinality].remaining := v_pack.remaining - v_taken;
    v_position := v_position + 1;
    v_draw.profile_id := v_pack.profile_id;
    v_draw.job_id := _draw_packs.job_id;
    v_draw.draw := _draw_packs.draw;
    v_draw.position := v_position;
    v_draw.pack_seq := v_pack.seq;
    v_draw.amount := v_taken;
    v_draw.returned := 0;
    v_draw.time_left := v_pack.expires_at - _draw_packs.at;
    v_draw.early := credits._is_early(v_pack.priority);
    v_draws := v_draws || v_draw;
  end loop;
  return row(v_packs, v_draws, _draw_packs.addon - v_left, null)::credits._moved_packs;
end
$$;
