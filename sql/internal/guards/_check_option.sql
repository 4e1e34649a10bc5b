-- _check_option: refuses a missing value, and one that is not in the list.
-- Raises: PT400 missing_argument, invalid_option.

create or replace function credits._check_option(parameter text, value text, allowed text[])
returns boolean
language plpgsql stable
as $$
begin
  if _check_option.value is null then
    perform credits._refuse_missing(_check_option.parameter);
  end if;
  if _check_option.value <> all (_check_option.allowed) then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_option',
      detail = jsonb_build_object(
        'parameter', _check_option.parameter,
        'value', left(_check_option.value, 255),
        'allowed', to_jsonb(_check_option.allowed)
      ),
      hint = format('Give one of %s for %s.',
                    array_to_string(_check_option.allowed, ', '), _check_option.parameter);
  end if;
  return true;
end
$$;
