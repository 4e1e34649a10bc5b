-- _get_renewal: a month of a profile.
-- Raises: PT404 period_not_found.

create or replace function credits._get_renewal(profile_id uuid, period_start timestamptz)
returns credits.renewals
language plpgsql stable
as $$
declare
  v_renewal credits.renewals;
begin
  select r.* into v_renewal
    from credits.renewals r
   where r.profile_id = _get_renewal.profile_id
     and r.period_start = _get_renewal.period_start;
  if not found then
    raise exception using
      errcode = 'PT404',
      message = 'period_not_found',
      detail = '{}',
      hint = 'Check period_start, and that the month was begun for this profile. Its renewal may '
             'still be on its way: answer a webhook with an error, so that it comes again.';
  end if;
  return v_renewal;
end
$$;
