-- get_balance: what a profile has to spend now.
-- Promises: both buckets and seq are of one moment.
-- Parameters: profile_id: whose buckets.
-- Result: balance; available is monthly + addon, in credits.
-- Locks: none.
-- Reads: profiles. Writes: nothing.
-- Raises: PT400 missing_argument; PT404 profile_not_found.
-- Replay: a read; replayed is always false.

create or replace function credits.get_balance(profile_id uuid)
returns credits.balance
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_balance credits.balance;
begin
  perform credits._check_present('profile_id', get_balance.profile_id is not null);

  select p.id, p.credits_remaining, p.addon_credits, p.seq
    into v_balance.profile_id, v_balance.credits_remaining, v_balance.addon_credits, v_balance.seq
    from credits.profiles p
   where p.id = get_balance.profile_id;
  if not found then
    raise exception using
      errcode = 'PT404',
      message = 'profile_not_found',
      detail = '{}',
      hint = 'Open the profile first with credits.open_profile.';
  end if;
  v_balance.available := v_balance.credits_remaining + v_balance.addon_credits;
  v_balance.replayed := false;
  return v_balance;
end
$$;

comment on function credits.get_balance(uuid) is
  'What a profile has to spend now, in credits: each bucket, and both together as available.';
