-- reinstate_renewal: undoes a revocation of the allowance of a month, as when a dispute is won.
-- Promises: exactly what this revocation collected comes back, once, into the present month, and it
--   waits for nothing any more; what another open one had asked for and not got since goes to that
--   one.
-- Parameters: profile_id: whose month; period_start: its start, as it was renewed; revocation_id:
--   the key that it was or will be revoked with; reason: why, required; actor: who, required.
-- Result: revocation: ended, with nothing in it.
-- Locks: profile.
-- Reads: profiles, ledger, renewals, revocations. Writes: profiles, ledger, revocations, and for a
--   month that owes: renewals.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference, invalid_interval; PT404
--   profile_not_found, period_not_found.
-- Replay: as reinstate_grant.

create or replace function credits.reinstate_renewal(
  profile_id uuid,
  period_start timestamptz,
  revocation_id text,
  reason text default null,
  actor text default null
)
returns credits.revocation
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_profile credits.profiles;
  v_revocation credits.revocation;
begin
  perform credits._check_present('profile_id', reinstate_renewal.profile_id is not null);
  perform credits._check_time('period_start', reinstate_renewal.period_start);
  perform credits._check_revocation(
    reinstate_renewal.revocation_id, null, reinstate_renewal.reason, reinstate_renewal.actor);

  v_profile := credits._bring_up_to_date(credits._lock_profile(reinstate_renewal.profile_id));
  v_revocation := credits._reinstate(
    v_profile, credits._revocable_renewal(v_profile, reinstate_renewal.period_start),
    reinstate_renewal.revocation_id, reinstate_renewal.reason, reinstate_renewal.actor);
  if v_profile.closed_at is not null then
    perform credits._follow(v_profile.id);
  end if;
  return v_revocation;
end
$$;

comment on function credits.reinstate_renewal(uuid, timestamptz, text, text, text) is
  'Undoes a revocation of the allowance of a month: gives back exactly what it collected.';
