-- _check_open: refuses a closed profile.
-- Raises: PT410 profile_closed.

drop function if exists credits._check_open(credits.profiles);
create or replace function credits._check_open(profile credits.profiles)
returns boolean
language plpgsql immutable
as $$
begin
  if (_check_open.profile).closed_at is not null then
    raise exception using
      errcode = 'PT410',
      message = 'profile_closed',
      detail = '{}',
      hint = 'The profile was closed: its jobs can still be refunded, but it takes no new ones.';
  end if;
  return true;
end
$$;
