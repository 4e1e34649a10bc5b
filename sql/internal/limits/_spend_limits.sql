-- _spend_limits: a new job draws what it costs within the limits of its profile and its spender.
-- profile: as the caller has locked it. Plans are kept, as in _write_one.
-- Raises: PT402 limit_exceeded.

create or replace function credits._spend_limits(
  profile credits.profiles,
  spender text,
  cost bigint
)
returns void
language plpgsql volatile
set plan_cache_mode = force_generic_plan
as $$
begin
  perform credits._write_limits(
    credits._count_draw(
      credits._load_limits((_spend_limits.profile).id, array[_spend_limits.spender]),
      _spend_limits.spender, _spend_limits.cost, 'reject', credits._now(),
      (_spend_limits.profile).seq));
end
$$;
