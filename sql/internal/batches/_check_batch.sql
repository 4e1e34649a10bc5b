-- _check_batch: refuses a batch that is no array of 1 to 10,000 objects, or has a key that the call
-- of one element does not know: a misspelled key would be left out silently.
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
  perform credits._check_element(
    _check_batch.parameter, v_odd.position, v_odd.value, _check_batch.keys);
end
$$;
