-- _revocable_renewal: the allowance of a month as something to revoke. Monthly credits are spent
-- oldest first: what is in the bucket is the newest that came into it, and so is what a rollover
-- carries over. So the allowance of a later month is never taken for an earlier one.
-- profile: as the caller has locked it and brought it up to date.
-- Raises: PT404 period_not_found.

create or replace function credits._revocable_renewal(
  profile credits.profiles,
  period_start timestamptz
)
returns credits._revocable
language plpgsql stable
as $$
declare
  v_renewal credits.renewals;
  v_newer bigint := 0::bigint;
  v_carried bigint;
  v_source credits._revocable;
begin
  select r.* into v_renewal
    from credits.renewals r
   where r.profile_id = (_revocable_renewal.profile).id
     and r.period_start = _revocable_renewal.period_start;
  if not found then
    raise exception using
      errcode = 'PT404',
      message = 'period_not_found',
      detail = '{}',
      hint = 'Check period_start, and that the month was begun for this profile. Its renewal may '
             'still be on its way: answer a webhook with an error, so that it comes again.';
  end if;
  v_source.profile_id := v_renewal.profile_id;
  v_source.seq := v_renewal.seq;
  v_source.period_start := v_renewal.period_start;
  v_source.amount := v_renewal.allowance;
  v_source.remaining := v_renewal.allowance;
  v_source.lapsed := 0;
  for v_renewal in
    select r.*
      from credits.renewals r
     where r.profile_id = v_source.profile_id
       and r.period_start > v_source.period_start
     order by r.period_start
  loop
    exit when v_source.remaining = 0;
    v_source.remaining := least(
      v_source.remaining, greatest(v_renewal.unused - v_newer, 0));
    v_carried := least(v_source.remaining, greatest(v_renewal.carried - v_newer, 0));
    v_source.lapsed := v_source.lapsed + v_source.remaining - v_carried;
    v_source.remaining := v_carried;
    v_newer := least(v_newer, v_renewal.carried) + v_renewal.allowance;
  end loop;
  v_source.remaining := least(
    v_source.remaining,
    greatest((_revocable_renewal.profile).credits_remaining - v_newer, 0));
  return v_source;
end
$$;
