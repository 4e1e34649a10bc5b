-- _check_open: refuses a closed profile.
-- Raises: PT410 profile_closed.

create or replace function credits._check_open(profile credits.profiles)
returns boolean
language sql stable
as $$
  select (_check_open.profile).closed_at is null or credits._refuse_closed()
$$;
