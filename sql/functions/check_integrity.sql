-- check_integrity: verifies the books of one profile, or of all of them: no row means sound.
-- Promises: checks every rule that the functions keep, from nothing but the stored rows.
-- Parameters: profile_id: whose books, or null for all.
-- Result: finding rows: which rule is broken, for which profile and job, what was expected and what
--   was found.
-- Locks: none.
-- Reads: profiles, jobs, ledger, addon_grants, packs, pack_draws, raises, renewals, revocations,
--   moves, move_entries, alerts, topups, events, limits, legacy_profiles, legacy_entries. Writes:
--   nothing.
-- Raises: PT404 profile_not_found.
-- Replay: a read.

create or replace function credits.check_integrity(profile_id uuid default null)
returns setof credits.finding
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  if check_integrity.profile_id is not null
     and not exists (select from credits.profiles p where p.id = check_integrity.profile_id) then
    perform credits._refuse_unknown_profile();
  end if;
  return query select * from credits._find_ledger_faults(check_integrity.profile_id);
  return query select * from credits._find_job_faults(check_integrity.profile_id);
  return query select * from credits._find_raise_faults(check_integrity.profile_id);
  return query select * from credits._find_pack_faults(check_integrity.profile_id);
  return query select * from credits._find_period_faults(check_integrity.profile_id);
  return query select * from credits._find_revocation_faults(check_integrity.profile_id);
  return query select * from credits._find_move_faults(check_integrity.profile_id);
  return query select * from credits._find_alert_faults(check_integrity.profile_id);
  return query select * from credits._find_event_faults(check_integrity.profile_id);
  return query select * from credits._find_limit_faults(check_integrity.profile_id);
  return query select * from credits._find_import_faults(check_integrity.profile_id);
end
$$;

comment on function credits.check_integrity(uuid) is
  'Verifies the books of one profile, or of all of them, from the stored rows. No row means sound.';
