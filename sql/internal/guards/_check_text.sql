-- _check_text: refuses a missing text, one that is blank or longer than 255 characters, and one
-- with a control character: a line break could forge a line of a log, and an escape sequence speaks
-- to a terminal.
-- For references, refund ids and reasons: short enough to index, never empty, always one line.
-- Raises: PT400 missing_argument, invalid_reference.

create or replace function credits._check_text(parameter text, value text)
returns boolean
language plpgsql stable
as $$
declare
  v_control text := substring(_check_text.value from '[\u0001-\u001f\u007f]');
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
  if v_control is null and getdatabaseencoding() = 'UTF8' then -- others have letters there
    v_control := substring(_check_text.value from '[\u0080-\u009f\u2028\u2029]');
  end if;
  if v_control is not null then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_reference',
      detail = jsonb_build_object(
        'parameter', _check_text.parameter,
        'control_character', format('U+%s', lpad(upper(to_hex(ascii(v_control))), 4, '0'))
      ),
      hint = format('Give one line without control characters for %s.', _check_text.parameter);
  end if;
  return true;
end
$$;
