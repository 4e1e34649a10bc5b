-- _refuse_closed: what _check_open says. Stable and not immutable: it has no arguments, so the
-- planner would call it to see what it gives, and refuse an open profile.
-- Raises: PT410 profile_closed.

create or replace function credits._refuse_closed()
returns boolean
language plpgsql stable
as $$
begin
  raise exception using
    errcode = 'PT410',
    message = 'profile_closed',
    detail = '{}',
    hint = 'The profile was closed: its jobs can still be refunded, but it takes no new ones.';
end
$$;
