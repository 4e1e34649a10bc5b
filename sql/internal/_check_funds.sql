-- _check_funds: refuses a draw that the buckets cannot pay: shortfall is the part they lack.
-- Raises: PT402 insufficient_credits.

drop function if exists credits._check_funds(credits.profiles, bigint, bigint);
create or replace function credits._check_funds(
  profile credits.profiles,
  required bigint,
  shortfall bigint
)
returns boolean
language plpgsql stable
as $$
begin
  if _check_funds.shortfall > 0 then
    raise exception using
      errcode = 'PT402',
      message = 'insufficient_credits',
      detail = jsonb_build_object(
        'required', _check_funds.required,
        'available', _check_funds.required - _check_funds.shortfall,
        'monthly', (_check_funds.profile).credits_remaining,
        'addon', (_check_funds.profile).addon_credits
      ),
      hint = 'Add credits to the profile, or ask for less.';
  end if;
  return true;
end
$$;
