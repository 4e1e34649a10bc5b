-- _check_element: refuses an element of a batch that is no object, or has a key that the call of
-- one element does not know. NULL is no element.
-- Raises: PT400 invalid_batch.

create or replace function credits._check_element(
  parameter text,
  "position" bigint,
  element jsonb,
  keys text[]
)
returns void
language plpgsql stable
as $$
begin
  if jsonb_typeof(_check_element.element) <> 'object' then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_batch',
      detail = jsonb_build_object(
        'parameter', _check_element.parameter,
        'position', _check_element.position,
        'type', jsonb_typeof(_check_element.element)
      ),
      hint = format('Give a JSON object for each element of %s.', _check_element.parameter);
  end if;
  if _check_element.element - _check_element.keys <> '{}' then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_batch',
      detail = jsonb_build_object(
        'parameter', _check_element.parameter,
        'position', _check_element.position,
        'unknown', (select left(min(k.key), 255)
                      from jsonb_object_keys(_check_element.element - _check_element.keys) k (key)),
        'known', to_jsonb(_check_element.keys)
      ),
      hint = 'An element has the keys that the call of one element has as parameters.';
  end if;
end
$$;
