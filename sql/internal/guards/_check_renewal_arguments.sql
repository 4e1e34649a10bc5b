-- _check_renewal_arguments: refuses the arguments of a renewal that are wrong whatever the profile
-- holds.
-- Raises: PT400 missing_argument, invalid_amount, invalid_interval.

create or replace function credits._check_renewal_arguments(
  period_start timestamptz,
  allowance bigint,
  rollover_cap bigint
)
returns void
language plpgsql stable
as $$
begin
  perform credits._check_time('period_start', _check_renewal_arguments.period_start);
  perform credits._check_amount('allowance', _check_renewal_arguments.allowance, 0);
  perform credits._check_amount('rollover_cap', _check_renewal_arguments.rollover_cap, 0);
end
$$;
