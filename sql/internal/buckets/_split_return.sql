-- _split_return: THE return rule: last in, first out. Takes what was drawn in its order, as
-- {monthly, addon}, or {early, monthly, rest of addon} where early packs may have a part. Tells, in
-- the same order, where the last `returned` credits of it came from. Pure; the results add up to
-- returned, or to all of it.

create or replace function credits._split_return(drawn bigint[], returned bigint)
returns bigint[]
language plpgsql immutable
as $$
declare
  v_left bigint := _split_return.returned;
  v_back bigint[] := _split_return.drawn;
begin
  for v_part in reverse cardinality(v_back)..1 loop
    v_back[v_part] := least(v_left, v_back[v_part]);
    v_left := v_left - v_back[v_part];
  end loop;
  return v_back;
end
$$;
