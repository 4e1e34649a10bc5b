-- _check_text: refuses a missing text, and one that is blank or longer than 255 characters.
-- For references, refund ids and reasons: short enough to index, never empty.
-- Raises: PT400 missing_argument, invalid_reference.

create or replace function credits._check_text(parameter text, value text)
returns boolean
language plpgsql stable
as $$
begin
  if _check_text.value is null then
    perform credits._refuse_missing(_check_text.parameter);
  end if;
  if _check_text.value !~ '\S' or length(_check_text.value) > 255 then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_reference',
      detail = jsonb_build_object(
        'parameter', _check_text.parameter,
        'length', length(_check_text.value),
        'maximum', 255
      ),
      hint = format('Give 1 to 255 characters, not all blank, for %s.', _check_text.parameter);
  end if;
  return true;
end
$$;
