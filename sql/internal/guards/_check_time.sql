-- _check_time: refuses a missing or infinite point in time.
-- Raises: PT400 missing_argument, invalid_interval.

create or replace function credits._check_time(parameter text, value timestamptz)
returns void
language plpgsql stable
as $$
begin
  perform credits._check_present(_check_time.parameter, _check_time.value is not null);
  if not isfinite(_check_time.value) then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_interval',
      detail = jsonb_build_object('parameter', _check_time.parameter, 'value', _check_time.value),
      hint = format('Give a finite point in time for %s.', _check_time.parameter);
  end if;
end
$$;
