-- reinstate_grant: undoes the revocation of a grant, as when a dispute is won.
-- Promises: exactly what was collected comes back, once; a paid pack that has expired since is
--   reopened with the time it had left when it was collected from; what belongs to a promo pack
--   that has expired lapses at once.
-- Parameters: profile_id: whose grant; reference: the grant's; reason: why, required; actor: who,
--   required.
-- Result: revocation: nothing is revoked any more.
-- Locks: profile.
-- Reads: profiles, ledger, packs, revocations. Writes: profiles, ledger, revocations, and for a
--   pack: packs.
-- Raises: PT400 missing_argument, invalid_reference, invalid_amount; PT404 profile_not_found,
--   grant_not_found; PT409 wrong_state.
-- Replay: a second call returns the first result. A grant that was never revoked is wrong_state.

create or replace function credits.reinstate_grant(
  profile_id uuid,
  reference text,
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
  v_revocation credits.revocations;
  v_pack credits.packs;
  v_filled credits.packs;
  v_lapsed bigint := 0::bigint;
  v_entry credits.ledger;
begin
  perform credits._check_present('profile_id', reinstate_grant.profile_id is not null);
  perform credits._check_text('reference', reinstate_grant.reference);
  perform credits._check_text('reason', reinstate_grant.reason);
  perform credits._check_text('actor', reinstate_grant.actor);

  v_profile := credits._bring_up_to_date(credits._lock_profile(reinstate_grant.profile_id));

  v_grant := credits._get_grant(reinstate_grant.profile_id, reinstate_grant.reference);
  v_revocation := credits._revocation_of(v_grant);
  if v_revocation.seq is null then
    raise exception using
      errcode = 'PT409',
      message = 'wrong_state',
      detail = '{"state": "granted"}',
      hint = 'No part of this grant is revoked.';
  end if;
  if v_revocation.amount = 0 then
    return credits._revocation_row(v_grant, true);
  end if;

  perform credits._check_amount(
    'reference', v_revocation.collected, 0,
    credits._room(v_profile.credits_remaining, v_profile.addon_credits));
  if v_revocation.time_left is not null then
    select k.* into strict v_pack
      from credits.packs k
     where k.profile_id = v_grant.profile_id
       and k.seq = v_grant.seq;
    v_filled := credits._fill_pack(
      v_pack, v_revocation.collected, v_revocation.time_left, credits._now());
    v_lapsed := v_revocation.collected - (v_filled.remaining - v_pack.remaining);
    perform credits._write_packs(array[v_filled]);
    update credits.profiles p
       set next_pack_expiry = least(p.next_pack_expiry, v_filled.expires_at)
     where p.id = v_grant.profile_id
       and v_filled.remaining > 0;
  end if;
  v_entry := credits._write_ledger(
    v_grant.profile_id, 'reinstate', null, 0, v_revocation.collected,
    format('grant reinstate: %s (addon: +%s): %s',
           reinstate_grant.reference, v_revocation.collected, reinstate_grant.reason),
    null, reinstate_grant.actor);
  if v_lapsed > 0 then
    perform credits._write_ledger(
      v_grant.profile_id, 'lapse', null, 0, -v_lapsed,
      format('grant lapse: %s (addon: -%s)', reinstate_grant.reference, v_lapsed),
      reinstate_grant.reference);
  end if;
  v_revocation.amount := 0;
  v_revocation.collected := 0;
  v_revocation.time_left := null;
  v_revocation.seq := v_entry.seq;
  perform credits._write_revocation(v_revocation);
  return credits._revocation_row(v_grant, false);
end
$$;

comment on function credits.reinstate_grant(uuid, text, text, text) is
  'Undoes the revocation of a grant: gives back exactly what was collected.';
