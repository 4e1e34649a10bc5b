-- _check_adjustment: refuses deltas that a bucket does not allow: below zero, or for addon below
-- minus the overdraft limit, or both together above the cap of every amount. Monthly is looked at
-- first.
-- Raises: PT400 invalid_amount; PT402 insufficient_credits.

create or replace function credits._check_adjustment(
  profile credits.profiles,
  monthly_delta bigint,
  addon_delta bigint
)
returns void
language plpgsql stable
as $$
declare
  c_maximum constant bigint := 9007199254740991;
  v_profile constant credits.profiles := _check_adjustment.profile;
begin
  if -_check_adjustment.monthly_delta > v_profile.credits_remaining then
    perform credits._refuse_draw(
      v_profile, -_check_adjustment.monthly_delta,
      -_check_adjustment.monthly_delta - v_profile.credits_remaining);
  end if;
  if -_check_adjustment.addon_delta > v_profile.addon_credits + v_profile.overdraft_limit then
    perform credits._refuse_draw(
      v_profile, -_check_adjustment.addon_delta,
      -_check_adjustment.addon_delta - v_profile.addon_credits - v_profile.overdraft_limit);
  end if;
  if _check_adjustment.monthly_delta > 0 then
    perform credits._check_room('monthly_delta', _check_adjustment.monthly_delta, -c_maximum,
                                credits._room(
                                  v_profile.credits_remaining,
                                  v_profile.addon_credits
                                    + least(_check_adjustment.addon_delta, 0)));
  end if;
  if _check_adjustment.addon_delta > 0 then
    perform credits._check_room('addon_delta', _check_adjustment.addon_delta, -c_maximum,
                                credits._room(
                                  v_profile.credits_remaining + _check_adjustment.monthly_delta,
                                  v_profile.addon_credits));
  end if;
end
$$;
