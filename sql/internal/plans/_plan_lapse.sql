-- _plan_lapse: what is left of the next pack to expire lapses, if it is due. If none is, the profile
-- knows afterwards when the next one will be.
-- Pure. Returns the purse, and the change or nulls. at: what is due then.

create or replace function credits._plan_lapse(purse credits._purse, at timestamptz)
returns credits._planned
language plpgsql stable
as $$
declare
  v_purse credits._purse := _plan_lapse.purse;
  v_packs credits.packs[] := v_purse.packs;
  v_profile credits.profiles := v_purse.profile;
  v_change credits._change;
  v_pack record;
begin
  select k.* into v_pack
    from unnest(v_packs) with ordinality k
   where k.remaining > 0
   order by k.expires_at, k.seq
   limit 1;
  if v_pack.expires_at <= _plan_lapse.at then
    v_packs[v_pack.ordinality].remaining := 0;
    v_packs[v_pack.ordinality].lapsed := v_pack.lapsed + v_pack.remaining;
    v_purse.packs := v_packs;
    v_change.kind := 'lapse';
    v_change.job.profile_id := v_profile.id;
    v_change.returned := row(0, -v_pack.remaining, 0, 0, 0, 0, null, null, null);
    v_change.note := format(
      'pack lapse: grant %s (addon: -%s)', v_pack.seq, v_pack.remaining);
    return credits._move_purse(v_purse, v_change);
  end if;
  v_profile.next_pack_expiry := v_pack.expires_at;
  v_purse.profile := v_profile;
  return row(v_purse, null)::credits._planned;
end
$$;
