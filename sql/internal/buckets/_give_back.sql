-- _give_back: the last credits that a job still holds go back to the buckets, packs and periods
-- they came from, as of a moment. Every return of more than plain bucket credits goes through here.
-- Pure. Returns the purse, and the change: the job's draws, and what was moved, in one ledger row,
-- a second one for what of it lapses at once, and a third one for what goes to open revocations.
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
  v_drawn constant bigint[] := array[
    v_job.monthly_deducted - v_job.monthly_drawn_at_settle,
    v_job.addon_deducted - v_job.addon_drawn_at_settle,
    v_job.monthly_drawn_at_settle,
    v_job.addon_drawn_at_settle
  ];
  v_gone constant bigint[] := credits._split_return(
    v_drawn, v_job.monthly_refunded + v_job.addon_refunded);
  v_back constant bigint[] := credits._split_return(
    v_drawn, v_job.monthly_refunded + v_job.addon_refunded + _give_back.amount);
  v_returned credits._returned;
  v_packs credits._moved_packs;
  v_renewals credits._moved_renewals;
  v_lapsed bigint[] := array[0, 0]::bigint[];
  v_planned credits._planned;
begin
  v_returned.monthly := v_back[1] - v_gone[1] + v_back[3] - v_gone[3];
  v_returned.addon := v_back[2] - v_gone[2] + v_back[4] - v_gone[4];
  v_returned.addon_lapsed := 0;
  v_returned.monthly_revoked := 0;
  v_returned.addon_revoked := 0;
  for v_draw in reverse 2..1 loop
    if v_purse.renewals is not null then
      v_renewals := credits._return_to_period(
        v_purse.renewals,
        case v_draw when 1 then v_job.period_start else v_job.settle_period_start end,
        v_back[2 * v_draw - 1] - v_gone[2 * v_draw - 1]);
      v_purse.renewals := v_renewals.renewals;
      v_lapsed[v_draw] := v_renewals.lapsed;
    end if;
    if v_job.pack_deducted > 0 and v_back[2 * v_draw] > v_gone[2 * v_draw] then
      v_packs := credits._return_to_packs(
        v_purse.packs, v_change.draws, v_draw::smallint, v_drawn[2 * v_draw] - v_gone[2 * v_draw],
        v_back[2 * v_draw] - v_gone[2 * v_draw], _give_back.at);
      v_purse.packs := v_packs.packs;
      v_change.draws := v_packs.draws;
      v_returned.addon_lapsed := v_returned.addon_lapsed + v_packs.moved;
      v_profile.next_pack_expiry := least(v_profile.next_pack_expiry, v_packs.expires_at);
    end if;
  end loop;
  v_returned.monthly_lapsed := v_lapsed[1] + v_lapsed[2];
  v_purse.profile := v_profile;
  v_change.returned := v_returned;
  if v_purse.claims is not null then
    v_planned := credits._revoke_returned(
      v_purse, v_change, (_give_back.change).draws, v_gone, v_back, v_lapsed, _give_back.at);
    return credits._move_purse(v_planned.purse, v_planned.change);
  end if;
  return credits._move_purse(v_purse, v_change);
end
$$;
