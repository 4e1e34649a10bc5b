-- revoke_grant: takes a grant back, all or a part of it: a refund, a chargeback, a dispute.
-- Promises: once per revocation_id. What is left of the grant is collected. What has been spent is
--   uncollected: what jobs that drew before the revocation give back after it goes there first.
--   Credits that were drawn later, or granted later, are not touched.
-- Parameters: profile_id: whose grant; reference: the grant's; revocation_id: the key, the id of
--   the refund or the dispute; amount: what this refund or dispute takes back, 1 or more, or null
--   for all that others leave of the grant, now and later; reason: why, required; actor: who,
--   required.
-- Result: revocation: amount = collected + uncollected + lapsed, less than requested where other
--   revocations had left less of the grant.
-- Locks: profile.
-- Reads: profiles, ledger, addon_grants, packs, revocations. Writes: profiles, ledger, revocations,
--   and for a pack: packs.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference; PT404 profile_not_found,
--   grant_not_found; PT409 reference_conflict.
-- Replay: the same revocation_id takes nothing, and returns the revocation as it stands now; with
--   another amount it is reference_conflict. One that was reinstated, before or after it was
--   opened, stays ended. Reason and actor are not compared.

create or replace function credits.revoke_grant(
  profile_id uuid,
  reference text,
  revocation_id text,
  amount bigint default null,
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
  perform credits._check_present('profile_id', revoke_grant.profile_id is not null);
  perform credits._check_text('reference', revoke_grant.reference);
  perform credits._check_revocation(
    revoke_grant.revocation_id, revoke_grant.amount, revoke_grant.reason, revoke_grant.actor);

  v_profile := credits._bring_up_to_date(credits._lock_profile(revoke_grant.profile_id));
  return credits._revoke(
    credits._revocable_grant(v_profile, revoke_grant.reference), revoke_grant.revocation_id,
    revoke_grant.amount, revoke_grant.reason, revoke_grant.actor);
end
$$;

comment on function credits.revoke_grant(uuid, text, text, bigint, text, text) is
  'Takes a grant back, all or a part of it, once per revocation id. What jobs give back that they '
  'had drawn before goes to the revocation first.';
