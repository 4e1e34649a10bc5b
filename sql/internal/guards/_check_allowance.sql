-- _check_allowance: refuses an allowance that would lift the balance above the cap of every amount,
-- together with what is carried over and with what was bought, which a renewal leaves alone.
-- profile: as the caller has locked it.
-- Raises: PT400 invalid_amount.

create or replace function credits._check_allowance(
  profile credits.profiles,
  allowance bigint,
  carried bigint
)
returns void
language plpgsql stable
as $$
begin
  perform credits._check_room(
    'allowance', _check_allowance.allowance, 0,
    credits._room(_check_allowance.carried, (_check_allowance.profile).addon_credits));
end
$$;
