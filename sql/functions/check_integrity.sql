-- check_integrity: verifies the books of one profile, or of all of them: no row means sound.
-- Promises: checks that the stored rows agree with each other; docs/operations.md says what it does
--   not compare. All of them are one moment of the books; check_profiles checks them in pieces.
-- Parameters: profile_id: whose books, or null for all.
-- Result: finding rows: which rule is broken, for which profile and job, what was expected and what
--   was found.
-- Locks: none.
-- Reads: profiles, jobs, ledger, addon_grants, packs, pack_draws, raises, renewals,
--   allowance_changes, revocations, moves, move_entries, alerts, topups, events, limits,
--   legacy_profiles, legacy_entries. Writes: nothing.
-- Raises: PT404 profile_not_found.
-- Replay: a read.

create or replace function credits.check_integrity(profile_id uuid default null)
returns setof credits.finding
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  c_batch_size constant bigint := 10000::bigint; -- as much as fits into memory
  v_page record;
  v_last_id uuid;
begin
  if check_integrity.profile_id is not null then
    if not exists (select from credits.profiles p where p.id = check_integrity.profile_id) then
      perform credits._refuse_unknown_profile();
    end if;
    return query select * from credits._find_faults(array[check_integrity.profile_id]);
    return;
  end if;
  loop
    v_page := credits._page_to_check(v_last_id, c_batch_size, null);
    exit when v_page.last_id is null;
    return query select * from credits._find_faults(v_page.profile_ids);
    v_last_id := v_page.last_id;
  end loop;
end
$$;

comment on function credits.check_integrity(uuid) is
  'Verifies the books of one profile, or of all of them, from the stored rows. No row means sound.';
