-- get_balance: what a profile has to spend now.
-- Promises: all figures are of one moment, with overdue holds and packs processed.
-- Parameters: profile_id: whose buckets.
-- Result: balance: available is monthly + addon, held what open holds hold, posted both together.
-- Locks: none; the profile where a hold or a pack is overdue and this is the first to notice.
-- Reads: profiles, jobs, packs. Writes: nothing, or what processing an overdue hold or pack writes:
--   see expire_holds, expire_packs. In a read-only transaction it writes nothing: overdue packs are
--   left out, and what overdue holds hold is counted neither as held nor as available.
-- Raises: PT400 missing_argument; PT404 profile_not_found.
-- Replay: a read; replayed is always false.

create or replace function credits.get_balance(profile_id uuid)
returns credits.balance
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_profile credits.profiles;
  v_now timestamptz;
  v_read record;
  v_overdue bigint := 0::bigint;
  v_balance credits.balance;
begin
  perform credits._check_present('profile_id', get_balance.profile_id is not null);

  v_now := credits._now();
  -- One statement, so one snapshot: what holds hold belongs to the row that seq names.
  select p as profile,
         case when p.next_hold_expiry is not null then (
           select sum(credits._outstanding(j))::bigint
             from credits.jobs j
            where j.profile_id = p.id
              and j.hold_due_at > v_now
         ) end as held
    into v_read
    from credits.profiles p
   where p.id = get_balance.profile_id;
  if not found then
    perform credits._refuse_unknown_profile();
  end if;
  v_profile := v_read.profile;
  v_balance.held := coalesce(v_read.held, 0);
  if current_setting('transaction_read_only') = 'on' then
    v_overdue := credits._overdue_credits(v_profile, v_now);
  elsif least(v_profile.next_hold_expiry, v_profile.next_pack_expiry) <= v_now then
    v_profile := credits._bring_up_to_date(credits._lock_profile(get_balance.profile_id));
    select coalesce(sum(credits._outstanding(j)), 0)::bigint into v_balance.held
      from credits.jobs j
     where j.profile_id = get_balance.profile_id
       and j.hold_due_at > v_now;
  end if;

  v_balance.profile_id := v_profile.id;
  v_balance.credits_remaining := v_profile.credits_remaining;
  v_balance.addon_credits := v_profile.addon_credits - v_overdue;
  v_balance.available := v_balance.credits_remaining + v_balance.addon_credits;
  v_balance.posted := v_balance.available + v_balance.held;
  v_balance.seq := v_profile.seq;
  v_balance.replayed := false;
  return v_balance;
end
$$;

comment on function credits.get_balance(uuid) is
  'What a profile has to spend now, in credits: each bucket, both together as available, what open '
  'holds hold as held, and all of it as posted.';
