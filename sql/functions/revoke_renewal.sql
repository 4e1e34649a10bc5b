-- revoke_renewal: takes the allowance of a month back, all or a part of it: the payment of a
-- subscription was refunded or disputed.
-- Promises: as revoke_grant. Of a month that is over it takes what the rollovers have kept and what
--   has come back since, and never the allowance of a later month that is not revoked as well.
-- Parameters: profile_id: whose month; period_start: its start, as it was renewed; revocation_id:
--   the key, the id of the refund or the dispute; amount: what this refund or dispute takes back,
--   1 or more, or null for all that others leave of the allowance, now and later; reason: why,
--   required; actor: who, required.
-- Result: revocation: amount = collected + uncollected + lapsed, less than requested where other
--   revocations had left less of the allowance.
-- Locks: profile.
-- Reads: profiles, ledger, renewals, revocations. Writes: profiles, ledger, revocations.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference, invalid_interval; PT404
--   profile_not_found, period_not_found; PT409 reference_conflict.
-- Replay: as revoke_grant.

create or replace function credits.revoke_renewal(
  profile_id uuid,
  period_start timestamptz,
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
  perform credits._check_present('profile_id', revoke_renewal.profile_id is not null);
  perform credits._check_time('period_start', revoke_renewal.period_start);
  perform credits._check_revocation(
    revoke_renewal.revocation_id, revoke_renewal.amount, revoke_renewal.reason,
    revoke_renewal.actor);

  v_profile := credits._bring_up_to_date(credits._lock_profile(revoke_renewal.profile_id));
  return credits._revoke(
    credits._revocable_renewal(v_profile, revoke_renewal.period_start),
    revoke_renewal.revocation_id, revoke_renewal.amount, revoke_renewal.reason,
    revoke_renewal.actor);
end
$$;

comment on function credits.revoke_renewal(uuid, timestamptz, text, bigint, text, text) is
  'Takes the allowance of a month back, all or a part of it, once per revocation id. What jobs '
  'give back that they had drawn before goes to the revocation first.';
