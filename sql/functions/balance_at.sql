-- balance_at: what a profile's buckets held at a moment in the past.
-- Promises: the balances of the newest ledger row at that moment, found in logarithmic time. Of now
--   that is the newest row, also where its ts is later because the clock has stepped back.
-- Parameters: profile_id: whose buckets; at: the moment, inclusive.
-- Result: balance as of that row; zeros and seq 0 before the profile was opened. held and posted
--   are null, because the ledger does not record them.
-- Locks: none.
-- Reads: profiles, ledger. Writes: nothing.
-- Raises: PT400 missing_argument; PT404 profile_not_found.
-- Replay: a read; replayed is always false.

create or replace function credits.balance_at(profile_id uuid, at timestamptz)
returns credits.balance
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  v_low bigint := 0::bigint;
  v_high bigint;
  v_changed_at timestamptz;
  v_middle bigint;
  v_entry credits.ledger;
begin
  perform credits._check_present('profile_id', balance_at.profile_id is not null);
  perform credits._check_present('at', balance_at.at is not null);

  select p.seq, p.changed_at into v_high, v_changed_at
    from credits.profiles p
   where p.id = balance_at.profile_id;
  if not found then
    perform credits._refuse_unknown_profile();
  end if;
  -- now() too is now, for who asks with it: it is a little before the clock.
  if v_changed_at > credits._now() and balance_at.at >= least(now(), credits._now()) then
    v_low := v_high;
  end if;
  -- ts ascends with seq, so the key finds a moment without an index of its own.
  while v_low < v_high loop
    v_middle := (v_low + v_high + 1) / 2;
    if (select l.ts from credits.ledger l
         where l.profile_id = balance_at.profile_id and l.seq = v_middle) <= balance_at.at then
      v_low := v_middle;
    else
      v_high := v_middle - 1;
    end if;
  end loop;

  select l.* into v_entry
    from credits.ledger l
   where l.profile_id = balance_at.profile_id
     and l.seq = v_low;
  if not found then
    v_entry.profile_id := balance_at.profile_id;
    v_entry.monthly_balance := 0;
    v_entry.addon_balance := 0;
    v_entry.seq := 0;
  end if;
  return credits._balance_row(v_entry, false);
end
$$;

comment on function credits.balance_at(uuid, timestamptz) is
  'What a profile''s buckets held at a moment in the past, in credits.';
