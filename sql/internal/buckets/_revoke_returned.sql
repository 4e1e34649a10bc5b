-- _revoke_returned: what a return brings goes to the open revocations first that wait for it, up to
-- what each has not collected, so that cancelling a job keeps no credits whose payment was taken
-- back: credits that the job drew before the revocation. Of credits that never expire it does not
-- matter whether before the grant: what was granted may have paid for other jobs instead.
-- Pure. Returns the purse, and the change with what of it was taken.
-- draws: the job's draws from packs before the return. back: what comes back of each draw, told as
-- in _held_by_draw; lapsed: what of their monthly parts lapsed at once.

create or replace function credits._revoke_returned(
  purse credits._purse,
  change credits._change,
  draws credits.pack_draws[],
  back credits.raises[],
  lapsed bigint[],
  at timestamptz
)
returns credits._planned
language plpgsql immutable
as $$
declare
  v_purse credits._purse := _revoke_returned.purse;
  v_change credits._change := _revoke_returned.change;
  v_returned credits._returned := v_change.returned;
  v_packs credits.packs[] := v_purse.packs;
  v_pack credits.packs;
  v_back credits.raises;
  v_perpetual bigint;
  v_part bigint;
  v_collected credits._collected := row(v_purse.claims, 0::bigint, 0::bigint);
  v_profile credits.profiles := v_purse.profile;
  -- After the return and what lapses of it.
  v_seq constant bigint := v_profile.seq + 2
    + case when v_returned.monthly_lapsed + v_returned.addon_lapsed > 0 then 1 else 0 end;
begin
  for v_draw in reverse cardinality(_revoke_returned.back)..1 loop
    v_back := _revoke_returned.back[v_draw];
    v_collected := credits._collect_returned(
      v_collected.claims, coalesce(v_back.period_start, '-infinity'), null, v_back.seq,
      v_back.monthly, _revoke_returned.lapsed[v_draw], v_seq, _revoke_returned.at);
    v_returned.monthly_revoked := v_returned.monthly_revoked + v_collected.collected;
    v_profile.uncollected := v_profile.uncollected - v_collected.changed;

    v_perpetual := v_back.addon;
    for v_number in reverse coalesce(cardinality(_revoke_returned.draws), 0)..1 loop
      v_part := (v_change.draws[v_number]).returned - (_revoke_returned.draws[v_number]).returned;
      continue when v_part = 0 or (v_change.draws[v_number]).draw <> v_back.draw;
      v_perpetual := v_perpetual - v_part;
      v_pack := v_packs[credits._place_of_pack(v_packs, (v_change.draws[v_number]).pack_seq)];
      v_collected := credits._collect_returned(
        v_collected.claims, null, v_pack, v_back.seq, v_part,
        case when credits._stays_closed(v_pack, _revoke_returned.at) then v_part else 0 end, v_seq,
        _revoke_returned.at);
      v_packs[credits._place_of_pack(v_packs, v_pack.seq)].remaining :=
        v_pack.remaining - v_collected.collected;
      v_returned.addon_revoked := v_returned.addon_revoked + v_collected.collected;
      v_profile.uncollected := v_profile.uncollected - v_collected.changed;
    end loop;
    v_collected := credits._collect_returned(
      v_collected.claims, null, null, v_back.seq, v_perpetual, 0, v_seq, _revoke_returned.at);
    v_returned.addon_revoked := v_returned.addon_revoked + v_collected.collected;
    v_profile.uncollected := v_profile.uncollected - v_collected.changed;
  end loop;
  v_purse.profile := v_profile;
  v_purse.packs := v_packs;
  v_purse.claims := v_collected.claims;
  v_change.returned := v_returned;
  return row(v_purse, v_change)::credits._planned;
end
$$;
