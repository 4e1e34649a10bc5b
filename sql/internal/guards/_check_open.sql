-- _check_open: refuses a closed profile.
-- Raises: PT410 profile_closed.

drop function if exists credits._check_open(credits.profiles);
create or replace function credits._check_open(profile credits.profiles)
returns boolean
language sql stable
as $$
  select (_check_open.profile).closed_at is null or credits._refuse_closed()
$$;
