-- _plan_raise: a reserved job takes more: one more draw. It becomes a part of the job's last raise
-- where the credits of both come back in the same order as from one, so that a stream of raises
-- leaves few rows: nothing of the last one is back, both are of one month, what the one drew last
-- is not behind what the other draws first, no revocation waits that is younger than the one
-- and older than the other, and both are of the same window of every limit.
-- Pure. change: as _load_last_raise loads it; afterwards its raises are the one to write. at: now.
-- Raises: PT402 insufficient_credits, limit_exceeded.

create or replace function credits._plan_raise(
  purse credits._purse,
  change credits._change,
  amount bigint,
  at timestamptz
)
returns credits._planned
language plpgsql stable
as $$
declare
  v_profile constant credits.profiles := (_plan_raise.purse).profile;
  v_last constant credits.raises := ((_plan_raise.change).raises)[1];
  v_old_draws constant integer := coalesce(cardinality((_plan_raise.change).draws), 0);
  v_planned credits._planned;
  v_change credits._change;
  v_job credits.jobs;
  v_raise credits.raises;
begin
  v_raise.draw := coalesce(v_last.draw + 1, 2);
  v_planned := credits._draw_credits(_plan_raise.purse, _plan_raise.change, _plan_raise.amount,
                                     'reject', v_raise.draw, _plan_raise.at);
  v_change := v_planned.change;
  v_job := v_change.job;
  v_raise.profile_id := v_job.profile_id;
  v_raise.job_id := v_job.id;
  v_raise.monthly := -(v_change.returned).monthly;
  v_raise.addon := -(v_change.returned).addon;
  v_raise.pack := v_job.pack_deducted - ((_plan_raise.change).job).pack_deducted;
  v_raise.early := (
    select coalesce(sum(d.amount), 0)::bigint
      from unnest(v_change.draws) d
     where d.early
       and d.draw = v_raise.draw);
  v_raise.returned := 0;
  v_raise.seq := (v_change.returned).seq;
  v_raise.period_start := v_profile.period_start;

  v_job.reserved_cost := v_job.reserved_cost + _plan_raise.amount;
  v_job.raised := v_job.raised + _plan_raise.amount;
  v_job.monthly_deducted := v_job.monthly_deducted + v_raise.monthly;
  v_job.addon_deducted := v_job.addon_deducted + v_raise.addon;
  v_job.meta_json := v_job.meta_json || credits._deducted_meta(
    v_job.reserved_cost, v_job.monthly_deducted, v_job.addon_deducted);
  v_change.job := v_job;
  v_change.kind := 'raise';

  if v_last.returned = 0
     and v_profile.uncollected = 0
     and v_last.period_start is not distinct from v_raise.period_start
     and (v_raise.early = 0 or v_last.monthly = 0)
     and (v_raise.monthly = 0 or v_last.addon = v_last.early)
     and (v_raise.pack = 0 or v_last.addon = v_last.pack)
     and not exists (select
                       from unnest((v_planned.purse).limits) l
                      where l.since_seq >= v_last.seq) then
    for v_number in v_old_draws + 1..coalesce(cardinality(v_change.draws), 0) loop
      v_change.draws[v_number].draw := v_last.draw;
      v_change.draws[v_number].position := (v_change.draws[v_number]).position
        + coalesce(((_plan_raise.change).draws[1]).position, 0);
    end loop;
    v_raise.draw := v_last.draw;
    v_raise.monthly := v_raise.monthly + v_last.monthly;
    v_raise.addon := v_raise.addon + v_last.addon;
    v_raise.pack := v_raise.pack + v_last.pack;
    v_raise.early := v_raise.early + v_last.early;
  end if;
  v_change.raises := array[v_raise];
  v_planned.change := v_change;
  return v_planned;
end
$$;
