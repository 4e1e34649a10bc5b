-- _close_topup: closes the open request for credits of a profile, if a grant has answered it.
-- The caller holds the profile's lock.
-- Writes: topups.

create or replace function credits._close_topup(profile_id uuid)
returns void
language sql volatile
as $$
  update credits.topups t
     set state = 'granted',
         closed_at = l.ts,
         grant_seq = l.seq
    from credits.ledger l
   where t.profile_id = _close_topup.profile_id
     and t.state = 'open'
     and l.profile_id = t.profile_id
     and l.kind = 'grant'
     and l.reference = t.reference
$$;
