-- _place_of_pack: where a pack is among packs that are ordered by seq, found by halves.

create or replace function credits._place_of_pack(packs credits.packs[], seq bigint)
returns integer
language plpgsql immutable
as $$
declare
  v_low integer := 1;
  v_high integer := cardinality(_place_of_pack.packs);
  v_middle integer;
begin
  while v_low < v_high loop
    v_middle := (v_low + v_high) / 2;
    if (_place_of_pack.packs[v_middle]).seq < _place_of_pack.seq then
      v_low := v_middle + 1;
    else
      v_high := v_middle;
    end if;
  end loop;
  return v_low;
end
$$;
