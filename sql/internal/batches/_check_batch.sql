-- _check_batch: refuses a batch that is not an array of 1 to 10,000 objects, or that has a key the
-- single call does not know: a misspelled key would be left out silently.
-- Raises: PT400 missing_argument, invalid_batch; PT413 batch_too_large.

create or replace function credits._check_batch(parameter text, batch jsonb, keys text[])
returns void
language plpgsql stable
as $$
declare
  c_maximum constant integer := 10000;
  v_batch constant jsonb := case jsonb_typeof(_check_batch.batch)
                              when 'array' then _check_batch.batch
                              else '[]'
                            end;
  v_odd record;
begin
  perform credits._check_present(_check_batch.parameter, _check_batch.batch is not null);
  if jsonb_array_length(v_batch) = 0 then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_batch',
      detail = jsonb_build_object(
        'parameter', _check_batch.parameter,
        'type', jsonb_typeof(_check_batch.batch)
      ),
      hint = format('Give a JSON array of 1 to %s objects for %s.',
                    c_maximum, _check_batch.parameter);
  end if;
  if jsonb_array_length(v_batch) > c_maximum then
    raise exception using
      errcode = 'PT413',
      message = 'batch_too_large',
      detail = jsonb_build_object(
        'parameter', _check_batch.parameter,
        'elements', jsonb_array_length(v_batch),
        'maximum', c_maximum
      ),
      hint = 'Send it in several batches.';
  end if;

  select e.position, e.value into v_odd
    from jsonb_array_elements(v_batch) with ordinality e (value, position)
   where case jsonb_typeof(e.value)
           when 'object' then e.value - _check_batch.keys <> '{}'
           else true
         end
   order by e.position
   limit 1;
  if jsonb_typeof(v_odd.value) <> 'object' then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_batch',
      detail = jsonb_build_object(
        'parameter', _check_batch.parameter,
        'position', v_odd.position,
        'type', jsonb_typeof(v_odd.value)
      ),
      hint = format('Give a JSON object for each element of %s.', _check_batch.parameter);
  end if;
  if v_odd.value - _check_batch.keys <> '{}' then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_batch',
      detail = jsonb_build_object(
        'parameter', _check_batch.parameter,
        'position', v_odd.position,
        'unknown', (select left(min(k.key), 255)
                      from jsonb_object_keys(v_odd.value - _check_batch.keys) k (key)),
        'known', to_jsonb(_check_batch.keys)
      ),
      hint = 'An element has the keys that the call of one element has as parameters.';
  end if;
end
$$;
