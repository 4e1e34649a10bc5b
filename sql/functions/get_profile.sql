-- get_profile: what is to know of a profile beside its balance: its month, packs, holds and limits,
--   and whether it is low.
-- Promises: all of it is of one moment.
-- Parameters: profile_id: which.
-- Result: profile_entry. What is overdue and not yet processed still counts among packs and open
--   holds; get_balance says what can be spent.
-- Locks: none.
-- Reads: profiles, renewals, packs, jobs, moves, alerts, limits. Writes: nothing.
-- Raises: PT400 missing_argument; PT404 profile_not_found.
-- Replay: a read.

create or replace function credits.get_profile(profile_id uuid)
returns credits.profile_entry
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  v_entry credits.profile_entry;
begin
  perform credits._check_present('profile_id', get_profile.profile_id is not null);

  select p.id, p.created_at, p.closed_at, m.to_profile_id, p.overdraft_limit, p.period_start,
         r.allowance, r.rollover_cap, r.owed, p.uncollected, k.packs, k.pack_credits,
         k.next_pack_expiry, h.open_holds, h.next_hold_expiry, p.seq, a.low_balance,
         coalesce(a.low, false), l.limits, l.limits_reached
    into v_entry
    from credits.profiles p
    left join credits.renewals r on r.profile_id = p.id and r.period_start = p.period_start
    left join credits.moves m on m.profile_id = p.id
    left join credits.alerts a on a.profile_id = p.id
   cross join lateral (
     select count(*) as packs, coalesce(sum(k.remaining), 0)::bigint as pack_credits,
            min(k.expires_at) as next_pack_expiry
       from credits.packs k
      where k.profile_id = p.id
        and k.remaining > 0
   ) k
   cross join lateral (
     select count(*) as open_holds, min(j.hold_due_at) as next_hold_expiry
       from credits.jobs j
      where j.profile_id = p.id
        and j.hold_due_at is not null
   ) h
   cross join lateral (
     select count(*) as limits, count(*) filter (where l.spent >= l.amount) as limits_reached
       from credits.limits i
      cross join lateral credits._roll_limit(i, credits._now(), 0) l
      where i.profile_id = p.id
   ) l
   where p.id = get_profile.profile_id;
  if not found then
    perform credits._refuse_unknown_profile();
  end if;
  return v_entry;
end
$$;

comment on function credits.get_profile(uuid) is
  'What is to know of a profile beside its balance: its month, packs, open holds, limits, '
  'whether it is low, and whether it was closed or moved.';
