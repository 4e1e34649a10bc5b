-- _check_time_zone: refuses a missing time zone, and one that has no name: "UTC+2" would be two
-- hours west of it.
-- Raises: PT400 missing_argument, invalid_option.

create or replace function credits._check_time_zone(value text)
returns void
language plpgsql stable
as $$
begin
  perform credits._check_present('time_zone', _check_time_zone.value is not null);
  -- Reading all the names takes some milliseconds.
  if _check_time_zone.value <> 'UTC'
     and not exists (select from pg_catalog.pg_timezone_names z
                      where z.name = _check_time_zone.value)
  then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_option',
      detail = jsonb_build_object(
        'parameter', 'time_zone',
        'value', left(_check_time_zone.value, 255)
      ),
      hint = 'Give the name of a time zone for time_zone, such as Europe/Berlin.';
  end if;
end
$$;
