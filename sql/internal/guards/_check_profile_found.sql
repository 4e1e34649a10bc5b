-- _check_profile_found: the refusal of every call that names a profile nobody opened.
-- Raises: PT404 profile_not_found.

create or replace function credits._check_profile_found(present boolean)
returns boolean
language plpgsql immutable
as $$
begin
  if not _check_profile_found.present then
    raise exception using
      errcode = 'PT404',
      message = 'profile_not_found',
      detail = '{}',
      hint = 'Open the profile first with credits.open_profile.';
  end if;
  return true;
end
$$;
