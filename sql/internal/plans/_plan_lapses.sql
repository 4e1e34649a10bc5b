-- _plan_lapses: what is left of packs lapses that are due, in the order of their expiry. The
-- profile knows afterwards when the next one will be.
-- Pure. at: what is due then, of which at most so many. Returns the purse, and a change for each.

create or replace function credits._plan_lapses(
  purse credits._purse,
  at timestamptz,
  at_most bigint
)
returns credits._plan
language plpgsql stable
as $$
declare
  v_purse credits._purse := _plan_lapses.purse;
  v_packs credits.packs[] := v_purse.packs;
  v_profile credits.profiles := v_purse.profile;
  v_planned credits._planned;
  v_change credits._change;
  v_changes credits._change[] := array[]::credits._change[];
  v_pack record;
begin
  v_planned.purse.profile := v_profile; -- without the packs, which would be copied for each of them
  v_change.kind := 'lapse';
  v_change.job.profile_id := v_profile.id;
  for v_pack in
    select k.*
      from unnest(_plan_lapses.purse.packs) with ordinality k
     where k.remaining > 0
     order by k.expires_at, k.seq
  loop
    exit when v_pack.expires_at > _plan_lapses.at
           or cardinality(v_changes) = _plan_lapses.at_most;
    v_packs[v_pack.ordinality].remaining := 0;
    v_packs[v_pack.ordinality].lapsed := v_pack.lapsed + v_pack.remaining;
    v_change.returned := row(0, -v_pack.remaining, 0, 0, 0, 0, null, null,
                           null)::credits._returned;
    v_change.pack_seq := v_pack.seq;
    v_change.note := format(
      'pack lapse: grant %s (addon: %s)', v_pack.seq, credits._delta_text(-v_pack.remaining));
    v_planned := credits._move_purse(v_planned.purse, v_change);
    v_changes := v_changes || v_planned.change;
  end loop;

  v_profile := (v_planned.purse).profile;
  v_profile.next_pack_expiry := (
    select min(k.expires_at) from unnest(v_packs) k where k.remaining > 0);
  v_purse.profile := v_profile;
  v_purse.packs := v_packs;
  return row(array[v_purse], v_changes, null)::credits._plan;
end
$$;
