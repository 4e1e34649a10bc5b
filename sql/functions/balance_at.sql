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
  v_seq bigint;
  v_changed_at timestamptz;
  v_entry credits.ledger;
begin
  perform credits._check_present('profile_id', balance_at.profile_id is not null);
  perform credits._check_present('at', balance_at.at is not null);

  select p.seq, p.changed_at into v_seq, v_changed_at
    from credits.profiles p
   where p.id = balance_at.profile_id;
  if not found then
    perform credits._refuse_unknown_profile();
  end if;
  -- now() too is now, for who asks with it: it is a little before the clock.
  if not (v_changed_at > credits._now() and balance_at.at >= least(now(), credits._now())) then
    v_seq := credits._seq_at(balance_at.profile_id, v_seq, balance_at.at);
  end if;

  select l.* into v_entry
    from credits.ledger l
   where l.profile_id = balance_at.profile_id
     and l.seq = v_seq;
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
