-- _check_time_zone: refuses a missing time zone, and one that the server does not know by this
-- name. Abbreviations such as CET and offsets such as +02 are no names of a place: they know
-- nothing of its clock changes, or mean another thing elsewhere.
-- Raises: PT400 missing_argument, invalid_time_zone.

create or replace function credits._check_time_zone(parameter text, value text)
returns void
language plpgsql stable
as $$
begin
  perform credits._check_present(_check_time_zone.parameter, _check_time_zone.value is not null);
  if _check_time_zone.value <> 'UTC'
     and not exists (select from pg_catalog.pg_timezone_names z
                      where z.name = _check_time_zone.value
                        -- read as abbreviations: without summer time
                        and z.name <> all ('{CET,EET,MET,WET}'::text[])) then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_time_zone',
      detail = jsonb_build_object(
        'parameter', _check_time_zone.parameter,
        'value', left(_check_time_zone.value, 255)
      ),
      hint = format('Give UTC or the name of a place for %s, such as Europe/Berlin: see '
                    'pg_timezone_names.', _check_time_zone.parameter);
  end if;
end
$$;
