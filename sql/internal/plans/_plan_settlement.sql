-- _plan_settlement: a job settles. For less than it holds, the rest goes back; for more, the
-- difference is one more draw, split as any other. A hold that has expired holds nothing, so the
-- whole cost is drawn.
-- Pure. at: now.
-- Raises: PT402 insufficient_credits, limit_exceeded (overage reject).

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
  v_held constant bigint := credits._outstanding((_plan_settlement.change).job);
  v_planned credits._planned;
  v_change credits._change;
  v_job credits.jobs;
begin
  if _plan_settlement.cost > v_held then
    v_planned := credits._draw_credits(
      _plan_settlement.purse, _plan_settlement.change, _plan_settlement.cost - v_held,
      _plan_settlement.overage,
      2 + coalesce(cardinality((_plan_settlement.change).raises), 0), _plan_settlement.at);
    v_change := v_planned.change;
    v_job := v_change.job;
    v_job.monthly_drawn_at_settle := -(v_change.returned).monthly;
    v_job.addon_drawn_at_settle := -(v_change.returned).addon;
  else
    v_planned := credits._give_back(
      _plan_settlement.purse, _plan_settlement.change, v_held - _plan_settlement.cost,
      _plan_settlement.at);
    v_change := v_planned.change;
    v_job := v_change.job;
  end if;

  -- What a draw before it came from does not matter here: what the buckets gave and what came back
  -- simply subtract.
  v_job.monthly_deducted :=
    v_job.monthly_deducted - v_job.monthly_refunded - (v_change.returned).monthly;
  v_job.addon_deducted := v_job.addon_deducted - v_job.addon_refunded - (v_change.returned).addon;
  v_change.kind := 'settle';
  v_change.job := credits._settled_job(
    v_job, _plan_settlement.cost, ((_plan_settlement.purse).profile).period_start,
    (v_change.returned).seq, _plan_settlement.at);
  v_planned.change := v_change;
  return v_planned;
end
$$;
