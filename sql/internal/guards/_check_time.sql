-- _check_time: refuses a missing point in time, and one outside the years 1 to 9999, infinity
-- included: no client could read it back.
-- Raises: PT400 missing_argument, invalid_interval.

create or replace function credits._check_time(parameter text, value timestamptz)
returns void
language plpgsql stable
as $$
declare
  c_minimum constant timestamptz := timestamptz '0001-01-01 00:00:00+00';
  c_maximum constant timestamptz := timestamptz '9999-12-31 23:59:59.999999+00';
begin
  perform credits._check_present(_check_time.parameter, _check_time.value is not null);
  if _check_time.value not between c_minimum and c_maximum then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_interval',
      detail = jsonb_build_object(
        'parameter', _check_time.parameter,
        'value', _check_time.value,
        'maximum', c_maximum
      ),
      hint = format('Give a point in time within the years 1 to 9999 for %s, in seconds, not '
                    'milliseconds.', _check_time.parameter);
  end if;
end
$$;
