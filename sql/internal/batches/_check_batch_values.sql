-- _check_batch_values: refuses a batch in which a value cannot be read as what its key stands for,
-- and says which: a malformed UUID, a fraction of a credit. A value of null is left out.
-- Slow, and called only when reading the whole batch has failed.
-- Raises: PT400 invalid_batch.

create or replace function credits._check_batch_values(
  parameter text,
  batch jsonb,
  keys text[],
  types text[]
)
returns void
language plpgsql stable
as $$
declare
  v_value record;
begin
  for v_value in
    select e.position, k.key, k.type, e.element ->> k.key as value
      from jsonb_array_elements(_check_batch_values.batch) with ordinality e (element, position)
     cross join unnest(_check_batch_values.keys, _check_batch_values.types)
                with ordinality k (key, type, key_position)
     order by e.position, k.key_position
  loop
    begin
      perform case v_value.type
                when 'uuid' then pg_typeof(v_value.value::uuid)
                when 'bigint' then pg_typeof(v_value.value::bigint)
                when 'interval' then pg_typeof(v_value.value::interval)
              end;
    exception when data_exception then
      raise exception using
        errcode = 'PT400',
        message = 'invalid_batch',
        detail = jsonb_build_object(
          'parameter', _check_batch_values.parameter,
          'position', v_value.position,
          'key', v_value.key,
          'value', left(v_value.value, 255),
          'type', v_value.type
        ),
        hint = format('Give a value of type %s for %s in each element of %s.',
                      v_value.type, v_value.key, _check_batch_values.parameter);
    end;
  end loop;
end
$$;
