-- _split_return: THE return rule: last in, first out. A job drew monthly, then addon when it was
-- reserved (draw 1), and once more monthly, then addon if it settled for more (draw 2).
-- Takes what the job drew as {monthly 1, addon 1, monthly 2, addon 2} and tells, in the same order,
-- where its last `returned` credits came from. Pure; the results add up to returned.

create or replace function credits._split_return(drawn bigint[], returned bigint)
returns bigint[]
language plpgsql immutable
as $$
declare
  v_left bigint := _split_return.returned;
  v_back bigint[] := array[0, 0, 0, 0]::bigint[];
begin
  for v_part in reverse 4..1 loop
    v_back[v_part] := least(v_left, _split_return.drawn[v_part]);
    v_left := v_left - v_back[v_part];
  end loop;
  return v_back;
end
$$;
