-- _change_each: makes elements of a batch that change something but are not simple, and answers
-- them: planned one after another, and written together.
-- locked: the profiles as the caller has locked them; others are left alone.

create or replace function credits._change_each(
  kind text,
  elements credits._batch_element[],
  locked credits.profiles[]
)
returns credits._batch_answer[]
language plpgsql volatile
as $$
declare
  v_plan credits._plan;
begin
  if cardinality(_change_each.elements) = 0 then
    return null;
  end if;
  v_plan := credits._plan_elements(
    _change_each.kind, _change_each.elements,
    credits._load_purses(_change_each.kind, _change_each.elements, _change_each.locked));
  if cardinality(v_plan.changes) > 0 then
    perform credits._write_plan(v_plan.purses, v_plan.changes);
  end if;
  return v_plan.answers;
end
$$;
