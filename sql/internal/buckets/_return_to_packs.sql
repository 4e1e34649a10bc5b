-- _return_to_packs: gives the addon part of one draw back: the perpetual credits, which were drawn
-- last, first; then the packs, the last one first. So early packs come last; the caller gives them
-- nothing before the monthly credits of the draw are back.
-- Pure. Returns the packs and the job's draws as they are then, what lapses, and when the first of
-- the packs expires that got something.
-- packs: by seq. draws: in their order. outstanding is what the job holds of this draw's addon
-- credits before the return.

create or replace function credits._return_to_packs(
  packs credits.packs[],
  draws credits.pack_draws[],
  draw integer,
  outstanding bigint,
  amount bigint,
  at timestamptz
)
returns credits._moved_packs
language plpgsql immutable
as $$
declare
  v_moved credits._moved_packs := row(
    _return_to_packs.packs, _return_to_packs.draws, 0::bigint, null::timestamptz);
  v_packs credits.packs[] := _return_to_packs.packs;
  v_draws credits.pack_draws[] := _return_to_packs.draws;
  v_left bigint := _return_to_packs.amount - _return_to_packs.outstanding;
  v_draw credits.pack_draws;
  v_pack credits.packs;
  v_filled credits.packs;
  v_back bigint;
  v_place integer;
begin
  foreach v_draw in array v_draws loop -- packs get what the perpetual part does not cover
    if v_draw.draw = _return_to_packs.draw then
      v_left := v_left + v_draw.amount - v_draw.returned;
    end if;
  end loop;
  for v_number in reverse cardinality(v_draws)..1 loop
    exit when v_left <= 0;
    v_draw := v_draws[v_number];
    v_back := least(v_left, v_draw.amount - v_draw.returned);
    continue when v_draw.draw <> _return_to_packs.draw or v_back = 0;
    v_left := v_left - v_back;
    v_draws[v_number].returned := v_draw.returned + v_back;

    v_place := credits._place_of_pack(v_packs, v_draw.pack_seq);
    v_pack := v_packs[v_place];
    v_filled := credits._fill_pack(v_pack, v_back, v_draw.time_left, _return_to_packs.at);
    v_packs[v_place] := v_filled;
    if v_filled.remaining = v_pack.remaining then
      v_moved.moved := v_moved.moved + v_back;
    else
      v_moved.expires_at := least(v_moved.expires_at, v_filled.expires_at);
    end if;
  end loop;
  v_moved.packs := v_packs;
  v_moved.draws := v_draws;
  return v_moved;
end
$$;
