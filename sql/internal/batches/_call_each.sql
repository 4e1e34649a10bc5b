-- _call_each: the answers to the elements of a batch without effect by their single calls. A
-- refusal is the answer to its element.
-- All of them are tried in one subtransaction, and in two halves if one is refused: with one for
-- each element, many calls of one profile would take a time that grows with their square.

create or replace function credits._call_each(kind text, elements credits._batch_element[])
returns credits._batch_answer[]
language plpgsql volatile
as $$
declare
  v_half constant integer := cardinality(_call_each.elements) / 2;
  v_detail text;
  v_hint text;
begin
  return array(
    select credits._call_one(_call_each.kind, e)
      from unnest(_call_each.elements) e);
exception when sqlstate 'PT400' or sqlstate 'PT402' or sqlstate 'PT404' or sqlstate 'PT409'
               or sqlstate 'PT410' or sqlstate 'PT413' then
  if v_half > 0 then
    return credits._call_each(_call_each.kind, _call_each.elements[1:v_half])
        || credits._call_each(_call_each.kind, _call_each.elements[v_half + 1:]);
  end if;
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return array[credits._error_answer(
    (_call_each.elements[1]).position, sqlstate, sqlerrm, v_detail, v_hint)];
end
$$;
