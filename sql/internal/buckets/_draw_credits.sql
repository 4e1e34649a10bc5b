-- _draw_credits: a job takes credits from the buckets and packs, or what there is of them, in a
-- draw. The counterpart of _give_back.
-- Pure. Returns the purse, and the change: the job with its shortfall and what it ever drew from
-- packs, its draws, and what moves. The caller completes the job.
-- overage: reject where a shortfall is refused, and what a limit has no room for. draw: as in
-- pack_draws. at: when.
-- Raises: PT402 insufficient_credits, limit_exceeded.

create or replace function credits._draw_credits(
  purse credits._purse,
  change credits._change,
  amount bigint,
  overage text,
  draw integer,
  at timestamptz
)
returns credits._planned
language plpgsql immutable
as $$
declare
  v_purse credits._purse := _draw_credits.purse;
  v_change credits._change := _draw_credits.change;
  v_profile constant credits.profiles := v_purse.profile;
  v_job credits.jobs := v_change.job;
  v_split credits._split;
  v_drawn credits._moved_packs;
  v_early bigint := 0::bigint;
begin
  if v_profile.early_packs then
    select coalesce(sum(k.remaining), 0)::bigint into v_early
      from unnest(v_purse.packs) k
     where credits._is_early(k.priority);
  end if;
  v_split := credits._split_deduction(v_profile.credits_remaining, v_profile.addon_credits,
                                      v_profile.overdraft_limit, _draw_credits.amount, v_early);
  if v_split.shortfall > 0 and _draw_credits.overage = 'reject' then
    perform credits._refuse_draw(v_profile, _draw_credits.amount, v_split.shortfall);
  end if;
  if v_purse.limits is not null then
    v_purse.limits := credits._count_draw(
      v_purse.limits, v_job.spender, v_split.monthly + v_split.addon, _draw_credits.overage,
      _draw_credits.at, v_profile.seq);
  end if;
  v_job.shortfall := v_split.shortfall;
  v_job.pack_deducted := coalesce(v_job.pack_deducted, 0);
  if v_purse.packs is not null and v_split.addon > 0 then
    v_drawn := credits._draw_packs(
      v_purse.packs, v_split.addon, v_job.id, _draw_credits.draw, _draw_credits.at);
    v_purse.packs := v_drawn.packs;
    v_change.draws := v_change.draws || v_drawn.draws;
    v_job.pack_deducted := v_job.pack_deducted + v_drawn.moved;
  end if;
  v_change.job := v_job;
  v_change.returned := row(-v_split.monthly, -v_split.addon, 0, 0, 0, 0, null, null,
                           null)::credits._returned;
  return credits._move_purse(v_purse, v_change);
end
$$;
