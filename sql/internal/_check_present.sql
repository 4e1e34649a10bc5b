-- _check_present: refuses NULL where a value is needed.
-- Raises: PT400 missing_argument.

drop function if exists credits._check_present(text, boolean);
create or replace function credits._check_present(parameter text, present boolean)
returns boolean
language plpgsql stable
as $$
begin
  if not _check_present.present then
    raise exception using
      errcode = 'PT400',
      message = 'missing_argument',
      detail = jsonb_build_object('parameter', _check_present.parameter),
      hint = format('Give a value for %s.', _check_present.parameter);
  end if;
  return true;
end
$$;
