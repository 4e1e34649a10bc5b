-- close_profile: closes a profile: it takes no new jobs, grants or periods. Nothing is deleted.
-- Promises: its jobs can still be settled, refunded and rolled back, and everything can be read. An
--   open request for credits is declined: nobody can grant them any more.
-- Parameters: profile_id: whose; reason: why; actor: who.
-- Result: balance, as of the closing: the credits that are left stay, and can be revoked grant by
--   grant.
-- Locks: profile.
-- Reads: profiles, ledger. Writes: profiles, topups, and a ledger row with zero deltas.
-- Raises: PT400 missing_argument, invalid_reference; PT404 profile_not_found.
-- Replay: a closed profile returns the result of its closing.

create or replace function credits.close_profile(profile_id uuid, reason text, actor text)
returns credits.balance
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_profile credits.profiles;
  v_entry credits.ledger;
begin
  perform credits._check_present('profile_id', close_profile.profile_id is not null);
  perform credits._check_text('reason', close_profile.reason);
  perform credits._check_text('actor', close_profile.actor);

  v_profile := credits._bring_up_to_date(credits._lock_profile(close_profile.profile_id));

  if v_profile.closed_at is not null then
    select l.* into strict v_entry
      from credits.ledger l
     where l.profile_id = v_profile.id
       and l.kind = 'close'
     order by l.seq desc
     limit 1;
    return credits._balance_row(v_entry, true);
  end if;

  update credits.profiles p
     set closed_at = credits._now()
   where p.id = v_profile.id;
  perform credits._close_topup(v_profile.id);
  update credits.topups t
     set state = 'declined',
         closed_at = credits._now()
   where t.profile_id = v_profile.id
     and t.state = 'open';
  perform credits._write_ledger(
    v_profile.id, 'close', null, 0, 0, format('profile closed: %s', close_profile.reason),
    null, close_profile.actor);
  v_entry := credits._newest_entry(v_profile.id);
  return credits._balance_row(v_entry, false);
end
$$;

comment on function credits.close_profile(uuid, text, text) is
  'Closes a profile: it takes no new jobs, grants or periods; its jobs can still be refunded.';
