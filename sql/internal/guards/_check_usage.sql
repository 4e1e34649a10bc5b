-- _check_usage: the arguments of usage.
-- Raises: PT400 missing_argument, invalid_interval, invalid_option, invalid_time_zone.

create or replace function credits._check_usage(
  profile_id uuid,
  since timestamptz,
  until timestamptz,
  step text,
  by text,
  time_zone text
)
returns void
language plpgsql stable
as $$
begin
  perform credits._check_present('profile_id', _check_usage.profile_id is not null);
  if _check_usage.since is not null then
    perform credits._check_time('since', _check_usage.since);
  end if;
  if _check_usage.until is not null then
    perform credits._check_time('until', _check_usage.until);
  end if;
  if _check_usage.until < _check_usage.since then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_interval',
      detail = jsonb_build_object('parameter', 'until', 'value', _check_usage.until),
      hint = 'Give a time for until that is not before since.';
  end if;
  if _check_usage.step is not null then
    perform credits._check_option('step', _check_usage.step, array['day', 'week', 'month']);
  end if;
  if _check_usage.by not like 'meta._%' then
    perform credits._check_option('by', _check_usage.by, array['spender', 'meta.KEY']);
  end if;
  perform credits._check_time_zone('time_zone', _check_usage.time_zone);
end
$$;
