-- _unanswered: the elements of a batch that have no answer yet.

create or replace function credits._unanswered(
  elements credits._batch_element[],
  answers credits._batch_answer[]
)
returns credits._batch_element[]
language plpgsql immutable
set enable_nestloop = off
set enable_hashjoin = on
as $$
begin
  if cardinality(_unanswered.answers) = cardinality(_unanswered.elements) then
    return array[]::credits._batch_element[];
  end if;
  return array(
    select e
      from unnest(_unanswered.elements) e
     where not exists (select from unnest(_unanswered.answers) a
                        where a.position = e.position)
     order by e.position);
end
$$;
