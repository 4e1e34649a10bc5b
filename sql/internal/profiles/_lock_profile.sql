-- _lock_profile: the one lock. Every writer starts here, replays too: what is read after it stays
-- true until commit, and with a synchronous standby no answer is given that a failover could lose.
-- FOR NO KEY UPDATE, because FOR UPDATE would block (and deadlock with) inserts elsewhere that
-- reference the profile. Lock order everywhere: profile, then job, then the rest; several profiles
-- by ascending id.
-- It also makes the commit durable where the caller's session had turned that off, and brings the
-- profile up to the present: no result depends on when a sweeper runs.
-- Raises: PT404 profile_not_found; 55P03 after the lock_timeout that every writer sets.

create or replace function credits._lock_profile(profile_id uuid)
returns credits.profiles
language plpgsql volatile
as $$
declare
  v_profile credits.profiles;
  v_now timestamptz;
begin
  -- Local to the transaction, and never lowered. A SET clause would end before the commit.
  if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
    perform set_config('synchronous_commit', 'on', true);
  end if;

  select p.* into v_profile
    from credits.profiles p
   where p.id = _lock_profile.profile_id
     for no key update;
  if not found then
    perform credits._check_profile_found(found);
  end if;

  if v_profile.next_hold_expiry is not null or v_profile.next_pack_expiry is not null then
    v_now := credits._now();
    if least(v_profile.next_hold_expiry, v_profile.next_pack_expiry) <= v_now then
      return credits._catch_up(v_profile.id, v_now);
    end if;
  end if;
  return v_profile;
end
$$;
