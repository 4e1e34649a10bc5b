-- revoke_grant: takes a grant back, all or part: a chargeback, a returned purchase.
-- Promises: amount is cumulative, so reports of one purchase may repeat or grow without taking
--   twice; what has been spent already is recorded as uncollected, and no job is touched.
-- Parameters: profile_id: whose grant; reference: the grant's; amount: credits revoked in total, 1
--   up to the grant's amount, or null for the whole grant; reason: why, required; actor: who,
--   required.
-- Result: revocation: amount = collected + uncollected, each in total so far.
-- Locks: profile.
-- Reads: profiles, ledger, packs, revocations. Writes: profiles, ledger, revocations, and for a
--   pack: packs.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference; PT404 profile_not_found,
--   grant_not_found.
-- Replay: an amount that is revoked already returns the result of the latest revocation.

create or replace function credits.revoke_grant(
  profile_id uuid,
  reference text,
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
  v_grant credits.ledger;
  v_pack credits.packs;
  v_revocation credits.revocations;
  v_collected bigint;
  v_entry credits.ledger;
begin
  perform credits._check_present('profile_id', revoke_grant.profile_id is not null);
  perform credits._check_text('reference', revoke_grant.reference);
  if revoke_grant.amount is not null then
    perform credits._check_amount('amount', revoke_grant.amount, 1);
  end if;
  perform credits._check_text('reason', revoke_grant.reason);
  perform credits._check_text('actor', revoke_grant.actor);

  v_profile := credits._bring_up_to_date(credits._lock_profile(revoke_grant.profile_id));

  v_grant := credits._get_grant(v_profile.id, revoke_grant.reference);
  v_revocation := credits._revocation_of(v_grant);
  v_revocation.amount := coalesce(revoke_grant.amount, v_grant.addon_delta);
  perform credits._check_amount('amount', v_revocation.amount, 1, v_grant.addon_delta);
  if v_revocation.amount <= (credits._revocation_of(v_grant)).amount then
    return credits._revocation_row(v_grant, true);
  end if;

  select k.* into v_pack
    from credits.packs k
   where k.profile_id = v_grant.profile_id
     and k.seq = v_grant.seq;
  v_collected := least(
    v_revocation.amount - (credits._revocation_of(v_grant)).amount,
    case when v_pack.seq is null then greatest(credits._perpetual_rest(v_profile), 0)
         else v_pack.remaining end);
  update credits.packs k
     set remaining = k.remaining - v_collected
   where k.profile_id = v_pack.profile_id
     and k.seq = v_pack.seq;
  v_entry := credits._write_ledger(
    v_profile.id, 'revoke', null, 0, -v_collected,
    format('grant revoke: %s (addon: -%s): %s',
           revoke_grant.reference, v_collected, revoke_grant.reason),
    null, revoke_grant.actor);
  if v_collected > 0 then
    v_revocation.collected := v_revocation.collected + v_collected;
    v_revocation.time_left := v_pack.expires_at - credits._now();
  end if;
  v_revocation.seq := v_entry.seq;
  perform credits._write_revocation(v_revocation);
  return credits._revocation_row(v_grant, false);
end
$$;

comment on function credits.revoke_grant(uuid, text, bigint, text, text) is
  'Takes a grant back, all or part. The amount is cumulative; what is spent stays uncollected.';
