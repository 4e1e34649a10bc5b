-- _read_batch: the elements of a batch, in their order. Values are read as the server reads JSON
-- into columns: null and a key left out are the same.
-- keys: the parameters of the single call, which are attributes of _batch_element.
-- Raises: PT400 missing_argument, invalid_batch; PT413 batch_too_large.

create or replace function credits._read_batch(parameter text, batch jsonb, keys text[])
returns credits._batch_element[]
language plpgsql stable
as $$
declare
  v_elements credits._batch_element[];
begin
  perform credits._check_batch(_read_batch.parameter, _read_batch.batch, _read_batch.keys);
  begin
    v_elements := array(
      select jsonb_populate_record(
               null::credits._batch_element,
               e.value || jsonb_build_object('position', e.position))
        from jsonb_array_elements(_read_batch.batch) with ordinality e (value, position)
       order by e.position);
  exception when data_exception then
    perform credits._check_batch_values(
      _read_batch.parameter, _read_batch.batch, _read_batch.keys);
  end;
  assert v_elements is not null;
  return v_elements;
end
$$;
