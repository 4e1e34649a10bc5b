-- _check_reservation_arguments: the arguments of reserve_credits. Returns true.
-- Raises: PT400 missing_argument, invalid_amount, invalid_metadata, reserved_metadata_key,
--   invalid_interval, invalid_reference; PT413 metadata_too_large.

create or replace function credits._check_reservation_arguments(
  profile_id uuid,
  job_id uuid,
  cost bigint,
  meta jsonb,
  hold_for interval,
  spender text
)
returns boolean
language plpgsql stable
as $$
begin
  return credits._check_present('profile_id', _check_reservation_arguments.profile_id is not null)
    and credits._check_present('job_id', _check_reservation_arguments.job_id is not null)
    and credits._check_amount('cost', _check_reservation_arguments.cost, 0)
    and (_check_reservation_arguments.meta = '{}'
         or credits._check_metadata(_check_reservation_arguments.meta))
    and (_check_reservation_arguments.hold_for is null
         or credits._check_interval('hold_for', _check_reservation_arguments.hold_for))
    and (_check_reservation_arguments.spender is null
         or credits._check_text('spender', _check_reservation_arguments.spender));
end
$$;
