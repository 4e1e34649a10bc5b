-- _plan_settlement: a job settles. For less than it holds, the rest goes back; for more, the
-- difference is a second draw, split as any other. A hold that has expired holds nothing, so the
-- whole cost is drawn.
-- Pure. at: now.
-- Raises: PT402 insufficient_credits (overage reject).

create or replace function credits._plan_settlement(
  purse credits._purse,
  change credits._change,
  cost bigint,
  overage text,
  at timestamptz
)
returns credits._planned
language plpgsql stable
as $$
declare
  v_purse credits._purse := _plan_settlement.purse;
  v_change credits._change := _plan_settlement.change;
  v_profile constant credits.profiles := v_purse.profile;
  v_job credits.jobs := v_change.job;
  v_needed constant bigint := _plan_settlement.cost - credits._outstanding(v_job);
  v_split credits._split := row(0::bigint, 0::bigint, 0::bigint);
  v_drawn credits._moved_packs;
  v_planned credits._planned;
begin
  if v_needed > 0 then
    v_split := credits._split_deduction(v_profile.credits_remaining, v_profile.addon_credits,
                                        v_profile.overdraft_limit, v_needed);
    if v_split.shortfall > 0 and _plan_settlement.overage = 'reject' then
      perform credits._refuse_draw(v_profile, v_needed, v_split.shortfall);
    end if;
    if v_purse.packs is not null and v_split.addon > 0 then
      v_drawn := credits._draw_packs(
        v_purse.packs, v_split.addon, v_job.id, 2::smallint, _plan_settlement.at);
      v_purse.packs := v_drawn.packs;
      v_change.draws := v_change.draws || v_drawn.draws;
      v_job.pack_deducted := v_job.pack_deducted + v_drawn.moved;
    end if;
    v_change.returned := row(-v_split.monthly, -v_split.addon, 0, 0, 0, 0, null, null,
                           null)::credits._returned;
    v_planned := credits._move_purse(v_purse, v_change);
  else
    v_planned := credits._give_back(v_purse, v_change, -v_needed, _plan_settlement.at);
  end if;

  v_change := v_planned.change;
  -- There is one draw so far, so what the buckets gave and what came back simply subtract.
  v_job.monthly_deducted :=
    v_job.monthly_deducted - v_job.monthly_refunded - (v_change.returned).monthly;
  v_job.addon_deducted := v_job.addon_deducted - v_job.addon_refunded - (v_change.returned).addon;
  v_job.monthly_drawn_at_settle := v_split.monthly;
  v_job.addon_drawn_at_settle := v_split.addon;
  v_job.shortfall := v_split.shortfall;
  v_change.kind := 'settle';
  v_change.job := credits._settled_job(
    v_job, _plan_settlement.cost, v_profile.period_start, (v_change.returned).seq,
    _plan_settlement.at);
  v_planned.change := v_change;
  return v_planned;
end
$$;
