-- _refuse_closed: the refusal of every call that a closed profile does not take.
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
    hint = 'The profile was closed: its jobs can still be refunded and credits be taken from it, '
           'but it takes no new jobs or credits.';
end
$$;
