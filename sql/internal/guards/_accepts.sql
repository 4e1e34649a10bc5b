-- _accepts: whether these arguments of an element of a batch would pass the checks of its single
-- call.

create or replace function credits._accepts(
  meta jsonb default null,
  hold_for interval default null,
  reason text default null,
  spender text default null
)
returns boolean
language plpgsql stable
as $$
begin
  return (_accepts.meta is null or credits._check_metadata(_accepts.meta))
     and (_accepts.hold_for is null or credits._check_interval('hold_for', _accepts.hold_for))
     and (_accepts.reason is null or credits._check_text('reason', _accepts.reason))
     and (_accepts.spender is null or credits._check_text('spender', _accepts.spender));
exception when sqlstate 'PT400' or sqlstate 'PT413' then
  return false;
end
$$;
