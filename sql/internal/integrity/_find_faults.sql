-- _find_faults: all findings about some profiles. Each finder looks its rows up by profile, and in
-- plans that are made once a session, whatever the tables hold then: no estimate makes it read a
-- whole table, and no list of profiles is planned anew. Jobs come first: they fetch the rows of the
-- ledger page by page, and what comes after them finds those in memory. Sums of a very long ledger
-- may take 32 MB before they take a temporary file; the ledger itself is never sorted.

create or replace function credits._find_faults(profile_ids uuid[])
returns setof credits.finding
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_sort = off
set jit = off
set work_mem = '16MB'
as $$
begin
  return query select * from credits._find_job_faults(_find_faults.profile_ids);
  return query select * from credits._find_ledger_faults(_find_faults.profile_ids);
  return query select * from credits._find_raise_faults(_find_faults.profile_ids);
  return query select * from credits._find_pack_faults(_find_faults.profile_ids);
  return query select * from credits._find_period_faults(_find_faults.profile_ids);
  return query select * from credits._find_revocation_faults(_find_faults.profile_ids);
  return query select * from credits._find_move_faults(_find_faults.profile_ids);
  return query select * from credits._find_alert_faults(_find_faults.profile_ids);
  return query select * from credits._find_event_faults(_find_faults.profile_ids);
  return query select * from credits._find_limit_faults(_find_faults.profile_ids);
  return query select * from credits._find_import_faults(_find_faults.profile_ids);
end
$$;
