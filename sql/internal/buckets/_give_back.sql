-- _give_back: the last credits that a job still holds go back to the buckets, packs and periods
-- they came from, as of a moment. Every return of more than plain bucket credits goes through here.
-- Pure. Returns the purse, and the change: the job's draws and raises, and what was moved, in one
-- ledger row, a second one for what of it lapses at once, and a third one for what goes to open
-- revocations.
-- The caller has checked that the amount is outstanding, and completes the job.

create or replace function credits._give_back(
  purse credits._purse,
  change credits._change,
  amount bigint,
  at timestamptz
)
returns credits._planned
language plpgsql immutable
as $$
declare
  v_purse credits._purse := _give_back.purse;
  v_change credits._change := _give_back.change;
  v_profile credits.profiles := v_purse.profile;
  v_job constant credits.jobs := v_change.job;
  v_back credits.raises[] := credits._held_by_draw( -- soon what comes back
    v_job, v_change.raises, v_change.draws);
  v_draw credits.raises;
  v_split bigint[];
  v_monthly bigint;
  v_addon bigint;
  v_left bigint := _give_back.amount;
  v_returned credits._returned := row(0, 0, 0, 0, 0, 0, null, null, null)::credits._returned;
  v_packs credits._moved_packs;
  v_renewals credits._moved_renewals;
  v_lapsed bigint[] := array_fill(0::bigint, array[cardinality(v_back)]);
  v_planned credits._planned;
begin
  for v_number in reverse cardinality(v_back)..1 loop
    v_draw := v_back[v_number];
    v_split := credits._split_return(
      array[v_draw.early, v_draw.monthly, v_draw.addon - v_draw.early], v_left);
    v_monthly := v_split[2];
    v_addon := v_split[1] + v_split[3];
    v_left := v_left - v_monthly - v_addon;
    v_back[v_number].monthly := v_monthly;
    v_back[v_number].addon := v_addon;
    v_returned.monthly := v_returned.monthly + v_monthly;
    v_returned.addon := v_returned.addon + v_addon;
    if v_purse.renewals is not null then
      v_renewals := credits._return_to_period(v_purse.renewals, v_draw.period_start, v_monthly);
      v_purse.renewals := v_renewals.renewals;
      v_lapsed[v_number] := v_renewals.lapsed;
      v_returned.monthly_lapsed := v_returned.monthly_lapsed + v_renewals.lapsed;
    end if;
    if v_job.pack_deducted > 0 and v_addon > 0 then
      v_packs := credits._return_to_packs(v_purse.packs, v_change.draws, v_draw.draw, v_draw.addon,
                                          v_addon, _give_back.at);
      v_purse.packs := v_packs.packs;
      v_change.draws := v_packs.draws;
      v_returned.addon_lapsed := v_returned.addon_lapsed + v_packs.moved;
      v_profile.next_pack_expiry := least(v_profile.next_pack_expiry, v_packs.expires_at);
    end if;
    if v_number between 2 and 1 + cardinality(v_change.raises) then
      v_change.raises[v_number - 1].returned :=
        (v_change.raises[v_number - 1]).returned + v_monthly + v_addon;
    end if;
  end loop;
  if v_purse.limits is not null then
    v_purse.limits := credits._uncount_return(v_purse.limits, v_job, v_back);
  end if;
  v_purse.profile := v_profile;
  v_change.returned := v_returned;
  if v_purse.claims is not null then
    v_planned := credits._revoke_returned(
      v_purse, v_change, (_give_back.change).draws, v_back, v_lapsed, _give_back.at);
    return credits._move_purse(v_planned.purse, v_planned.change);
  end if;
  return credits._move_purse(v_purse, v_change);
end
$$;
