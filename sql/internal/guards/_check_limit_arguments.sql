-- _check_limit_arguments: what is wrong with the arguments of a limit alone.
-- Raises: PT400 missing_argument, invalid_amount, invalid_option, invalid_reference,
--   invalid_time_zone.

create or replace function credits._check_limit_arguments(
  profile_id uuid,
  spender text,
  window_name text,
  amount bigint,
  reason text,
  actor text,
  time_zone text
)
returns void
language plpgsql stable
as $$
begin
  perform credits._check_present(
    'profile_id', _check_limit_arguments.profile_id is not null);
  if _check_limit_arguments.spender is not null then
    perform credits._check_text('spender', _check_limit_arguments.spender);
  end if;
  perform credits._check_option(
    'window_name', _check_limit_arguments.window_name, array['day', 'week', 'month', 'total']);
  if _check_limit_arguments.amount is not null then
    perform credits._check_amount('amount', _check_limit_arguments.amount, 0);
  end if;
  perform credits._check_text('reason', _check_limit_arguments.reason);
  perform credits._check_text('actor', _check_limit_arguments.actor);
  if _check_limit_arguments.time_zone is not null then
    perform credits._check_time_zone('time_zone', _check_limit_arguments.time_zone);
  end if;
end
$$;
