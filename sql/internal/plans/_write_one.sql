-- _write_one: writes what was planned for one job of a profile that the caller has locked. The
-- plans of the statements are kept: otherwise each would be planned again for what is in memory,
-- which takes longer than to run it. For many jobs that is worth it.

create or replace function credits._write_one(planned credits._planned)
returns void
language plpgsql volatile
set plan_cache_mode = force_generic_plan
as $$
begin
  perform credits._write_plan(
    array[(_write_one.planned).purse], array[(_write_one.planned).change]);
end
$$;
