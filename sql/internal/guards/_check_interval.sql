-- _check_interval: refuses a hold that is missing, not positive, or longer than 365 days.
-- By the stopwatch, as _later adds it: a day has 24 hours, a month 30 days, a year 365.25 days.
-- Raises: PT400 missing_argument, invalid_interval.

create or replace function credits._check_interval(parameter text, value interval)
returns boolean
language plpgsql stable
as $$
begin
  if _check_interval.value is null then
    perform credits._refuse_missing(_check_interval.parameter);
  end if;
  if extract(epoch from _check_interval.value) <= 0
     or extract(epoch from _check_interval.value) > 365 * 86400 then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_interval',
      detail = jsonb_build_object(
        'parameter', _check_interval.parameter,
        'value', _check_interval.value,
        'maximum', '365 days'
      ),
      hint = format('Give more than nothing and at most 365 days for %s.',
                    _check_interval.parameter);
  end if;
  return true;
end
$$;
