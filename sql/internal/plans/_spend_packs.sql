-- _spend_packs: spends addon credits of a profile's packs, and remembers what a job drew from
-- which. profile: as the caller has locked it, who moves addon_credits. Returns what packs gave.
-- Plans are kept, as in _write_one.

create or replace function credits._spend_packs(
  profile credits.profiles,
  addon bigint,
  job_id uuid default null
)
returns bigint
language plpgsql volatile
set plan_cache_mode = force_generic_plan
as $$
declare
  v_purse credits._purse := credits._load_purse(_spend_packs.profile, null, draws => true);
  v_drawn credits._moved_packs;
begin
  v_drawn := credits._draw_packs(
    v_purse.packs, _spend_packs.addon, _spend_packs.job_id, 1, credits._now());
  perform credits._write_packs(v_drawn.packs);
  if _spend_packs.job_id is not null then
    perform credits._write_draws(v_drawn.draws);
  end if;
  return v_drawn.moved;
end
$$;
