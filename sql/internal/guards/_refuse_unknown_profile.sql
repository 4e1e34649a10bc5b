-- _refuse_unknown_profile: the refusal of every call that names a profile nobody opened.
-- Raises: PT404 profile_not_found.

create or replace function credits._refuse_unknown_profile()
returns boolean
language plpgsql stable
as $$
begin
  raise exception using
    errcode = 'PT404',
    message = 'profile_not_found',
    detail = '{}',
    hint = 'Open the profile first with credits.open_profile.';
end
$$;
