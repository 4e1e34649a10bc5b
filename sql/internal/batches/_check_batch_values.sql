-- _check_batch_values: refuses a batch in which a value cannot be read as what its key stands for,
-- and says which: a malformed UUID, a fraction of a credit.
-- Slow, and called only when reading the whole batch has failed.
-- Raises: PT400 invalid_batch.

create or replace function credits._check_batch_values(parameter text, batch jsonb, keys text[])
returns void
language plpgsql stable
as $$
declare
  v_value record;
begin
  for v_value in
    select e.position, k.key, e.element -> k.key as value,
           format_type(a.atttypid, a.atttypmod) as type
      from jsonb_array_elements(_check_batch_values.batch) with ordinality e (element, position)
     cross join unnest(_check_batch_values.keys) with ordinality k (key, position)
      join pg_catalog.pg_attribute a
        on a.attrelid = 'credits._batch_element'::regclass
       and a.attname = k.key
     order by e.position, k.position
  loop
    begin
      perform jsonb_populate_record(
        null::credits._batch_element, jsonb_build_object(v_value.key, v_value.value));
    exception when data_exception then
      raise exception using
        errcode = 'PT400',
        message = 'invalid_batch',
        detail = jsonb_build_object(
          'parameter', _check_batch_values.parameter,
          'position', v_value.position,
          'key', v_value.key,
          'value', left(v_value.value #>> '{}', 255),
          'type', v_value.type
        ),
        hint = format('Give a value of type %s for %s in each element of %s.%s',
                      v_value.type, v_value.key, _check_batch_values.parameter,
                      case v_value.type
                        when 'uuid' then ' For the id of another system: credits.id_of(it).'
                      end);
    end;
  end loop;
end
$$;
