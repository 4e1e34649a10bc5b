-- reinstate_grant: undoes a revocation of a grant, as when a dispute is won.
-- Promises: exactly what this revocation collected comes back, once, and it waits for nothing any
--   more; what another open one had asked for and not got since goes to that one; a paid pack that
--   has expired since is reopened with the time it had left when it was collected from; what
--   belongs to a promo pack that has expired lapses at once.
-- Parameters: profile_id: whose grant; reference: the grant's; revocation_id: the key that it was
--   or will be revoked with; reason: why, required; actor: who, required.
-- Result: revocation: ended, with nothing in it.
-- Locks: profile.
-- Reads: profiles, ledger, addon_grants, packs, revocations. Writes: profiles, ledger, revocations,
--   and for a pack: packs.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference; PT404 profile_not_found,
--   grant_not_found.
-- Replay: a second call returns the first result. An unknown revocation_id is recorded as ended:
--   where the dispute is reported as opened after it was won, that takes nothing.

create or replace function credits.reinstate_grant(
  profile_id uuid,
  reference text,
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
begin
  perform credits._check_present('profile_id', reinstate_grant.profile_id is not null);
  perform credits._check_text('reference', reinstate_grant.reference);
  perform credits._check_revocation(
    reinstate_grant.revocation_id, null, reinstate_grant.reason, reinstate_grant.actor);

  v_profile := credits._bring_up_to_date(credits._lock_profile(reinstate_grant.profile_id));
  return credits._reinstate(
    v_profile, credits._revocable_grant(v_profile, reinstate_grant.reference),
    reinstate_grant.revocation_id, reinstate_grant.reason, reinstate_grant.actor);
end
$$;

comment on function credits.reinstate_grant(uuid, text, text, text, text) is
  'Undoes a revocation of a grant: gives back exactly what it collected.';
