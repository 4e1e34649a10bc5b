-- _reinstate: undoes a revocation: exactly what it collected comes back, unless another open one
-- asked for it too or its month owes it, and it waits for nothing any more. One that nobody has
-- opened yet is recorded as ended: whatever opens it later comes too late and takes nothing.
-- profile: as the caller has locked it and brought it up to date.
-- Writes: profiles, ledger, revocations, for a pack packs, for a month that owes renewals.

create or replace function credits._reinstate(
  profile credits.profiles,
  source credits._revocable,
  revocation_id text,
  reason text,
  actor text
)
returns credits.revocation
language plpgsql volatile
as $$
declare
  v_source constant credits._revocable := _reinstate.source;
  v_revocation credits.revocations := credits._get_revocation(v_source, _reinstate.revocation_id);
  v_back bigint;
  v_pack credits.packs;
  v_filled credits.packs;
begin
  if v_revocation.ended_at is not null then
    return credits._revocation_row(v_source, v_revocation, true);
  end if;

  v_revocation := credits._pass_on(v_source, v_revocation, (_reinstate.profile).seq + 1);
  v_back := v_revocation.collected - credits._pay_owed(v_source, v_revocation.collected);
  perform credits._check_room(
    'revocation_id', v_back, 0,
    credits._room((_reinstate.profile).credits_remaining, (_reinstate.profile).addon_credits));
  if v_revocation.time_left is not null and v_back > 0 then
    select k.* into strict v_pack
      from credits.packs k
     where k.profile_id = v_source.profile_id
       and k.seq = v_source.seq;
    v_filled := credits._fill_pack(v_pack, v_back, v_revocation.time_left, credits._now());
    v_back := v_filled.remaining - v_pack.remaining;
    perform credits._write_packs(array[v_filled]);
    update credits.profiles p
       set next_pack_expiry = least(p.next_pack_expiry, v_filled.expires_at)
     where p.id = v_source.profile_id
       and v_back > 0;
  end if;
  v_revocation.amount := 0;
  v_revocation.collected := 0;
  v_revocation.lapsed := 0;
  v_revocation.newer_outstanding := 0;
  v_revocation.time_left := null;
  v_revocation.ended_at := credits._now();
  v_revocation.seq := credits._write_correction(
    v_source, v_revocation, 'reinstate', v_back, _reinstate.reason, _reinstate.actor);
  perform credits._write_revocation(v_revocation);
  return credits._revocation_row(v_source, v_revocation, false);
end
$$;
