-- _plan_reservation: a new job takes its credits.
-- Pure. at: now.
-- Raises: PT402 insufficient_credits; PT410 profile_closed.

create or replace function credits._plan_reservation(
  purse credits._purse,
  change credits._change,
  cost bigint,
  meta jsonb,
  hold_for interval,
  at timestamptz
)
returns credits._planned
language plpgsql stable
as $$
declare
  v_purse credits._purse := _plan_reservation.purse;
  v_change credits._change := _plan_reservation.change;
  v_profile credits.profiles := v_purse.profile;
  v_job credits.jobs := v_change.job;
  v_split credits._split;
  v_drawn credits._moved_packs;
  v_planned credits._planned;
begin
  if v_profile.closed_at is not null then
    perform credits._refuse_closed();
  end if;
  v_split := credits._split_deduction(v_profile.credits_remaining, v_profile.addon_credits,
                                      v_profile.overdraft_limit, _plan_reservation.cost);
  if v_split.shortfall > 0 then
    perform credits._refuse_draw(v_profile, _plan_reservation.cost, v_split.shortfall);
  end if;
  if v_purse.packs is not null and v_split.addon > 0 then
    v_drawn := credits._draw_packs(
      v_purse.packs, v_split.addon, v_job.id, 1::smallint, _plan_reservation.at);
    v_purse.packs := v_drawn.packs;
    v_change.draws := v_drawn.draws;
  end if;

  v_job.hold_expires_at := credits._later(_plan_reservation.at, _plan_reservation.hold_for);
  v_profile.next_hold_expiry := least(v_profile.next_hold_expiry, v_job.hold_expires_at);
  v_purse.profile := v_profile;
  v_change.kind := 'reserve';
  v_change.returned := row(-v_split.monthly, -v_split.addon, 0, 0, 0, 0, null, null,
                           null)::credits._returned;
  v_planned := credits._move_purse(v_purse, v_change);

  v_job.profile_id := v_profile.id;
  v_job.state := 'reserved';
  v_job.reserved_cost := _plan_reservation.cost;
  v_job.monthly_deducted := v_split.monthly;
  v_job.addon_deducted := v_split.addon;
  v_job.pack_deducted := coalesce(v_drawn.moved, 0);
  v_job.reserve_seq := ((v_planned.change).returned).seq;
  v_job.hold_due_at := v_job.hold_expires_at;
  v_job.period_start := v_profile.period_start;
  v_job.created_at := _plan_reservation.at;
  v_job.meta_json := coalesce(_plan_reservation.meta, '{}') || credits._deducted_meta(
    _plan_reservation.cost, v_split.monthly, v_split.addon);
  v_change := v_planned.change;
  v_change.job := v_job;
  v_planned.change := v_change;
  return v_planned;
end
$$;
