-- _plan_reservation: a new job takes its credits.
-- Pure. change: with the job's id and spender. at: now.
-- Raises: PT402 insufficient_credits, limit_exceeded; PT410 profile_closed.

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
  v_profile credits.profiles := v_purse.profile;
  v_hold_expires_at constant timestamptz :=
    credits._later(_plan_reservation.at, _plan_reservation.hold_for);
  v_planned credits._planned;
  v_change credits._change;
  v_job credits.jobs;
begin
  if v_profile.closed_at is not null then
    perform credits._refuse_closed();
  end if;
  v_profile.next_hold_expiry := least(v_profile.next_hold_expiry, v_hold_expires_at);
  v_purse.profile := v_profile;
  v_planned := credits._draw_credits(v_purse, _plan_reservation.change, _plan_reservation.cost,
                                     'reject', 1, _plan_reservation.at);

  v_change := v_planned.change;
  v_job := v_change.job;
  v_job.profile_id := v_profile.id;
  v_job.state := 'reserved';
  v_job.reserved_cost := _plan_reservation.cost;
  v_job.monthly_deducted := -(v_change.returned).monthly;
  v_job.addon_deducted := -(v_change.returned).addon;
  v_job.reserve_seq := (v_change.returned).seq;
  v_job.hold_expires_at := v_hold_expires_at;
  v_job.hold_due_at := v_hold_expires_at;
  v_job.period_start := v_profile.period_start;
  v_job.created_at := _plan_reservation.at;
  v_job.meta_json := coalesce(_plan_reservation.meta, '{}') || credits._deducted_meta(
    v_job.reserved_cost, v_job.monthly_deducted, v_job.addon_deducted);
  v_change.kind := 'reserve';
  v_change.job := v_job;
  v_planned.change := v_change;
  return v_planned;
end
$$;
