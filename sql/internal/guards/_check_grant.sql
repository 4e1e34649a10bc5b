-- _check_grant: refuses a new grant that has expired before it begins, that is for a closed
-- profile, or that would lift the balance above the cap of every amount.
-- Raises: PT400 invalid_amount, invalid_interval; PT410 profile_closed.

create or replace function credits._check_grant(
  profile credits.profiles,
  amount bigint,
  expires_at timestamptz
)
returns void
language plpgsql volatile
as $$
begin
  if _check_grant.expires_at <= credits._now() then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_interval',
      detail = jsonb_build_object('parameter', 'expires_at', 'value', _check_grant.expires_at),
      hint = 'Give a point in time that is still to come for expires_at.';
  end if;
  if (_check_grant.profile).closed_at is not null then
    perform credits._refuse_closed();
  end if;
  perform credits._check_room(
    'amount', _check_grant.amount, 1,
    credits._room((_check_grant.profile).credits_remaining, (_check_grant.profile).addon_credits));
end
$$;
