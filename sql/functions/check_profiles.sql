-- check_profiles: verifies the books of all profiles in pieces, one a call, each as
-- check_integrity does: a piece reads its own rows, and holds no snapshot once it has answered.
-- Promises: who calls it piece by piece until last_id is null has checked every profile that was
--   there. Each profile is checked as of one moment, and nothing has to be remembered but last_id.
-- Parameters: after_id: profiles after this one, in the order of their ids, or null for the first
--   piece; batch_size: how many rows of profiles and ledger to read before the piece ends, 1 to
--   1000000: one profile is never cut in two; changed_since: leaves out profiles whose newest
--   ledger row is older, or null for none. A change that wrote no ledger row is not seen by it.
-- Result: a checked_piece row: where it ended, how much it was, and findings as check_integrity
--   returns them, as JSON.
-- Locks: none.
-- Reads: profiles, jobs, ledger, addon_grants, packs, pack_draws, raises, renewals,
--   allowance_changes, revocations, moves, move_entries, alerts, topups, events, limits,
--   legacy_profiles, legacy_entries. Writes: nothing.
-- Raises: PT400 missing_argument, invalid_amount.
-- Replay: a read.

create or replace function credits.check_profiles(
  after_id uuid default null,
  batch_size bigint default 10000,
  changed_since timestamptz default null
)
returns credits.checked_piece
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_page record;
  v_findings jsonb;
begin
  perform credits._check_amount('batch_size', check_profiles.batch_size, 1, 1000000);
  v_page := credits._page_to_check(
    check_profiles.after_id, check_profiles.batch_size, check_profiles.changed_since);
  v_findings := coalesce(
    (select jsonb_agg(to_jsonb(f)) from credits._find_faults(v_page.profile_ids) f), '[]');
  return row(v_page.last_id, v_page.looked_at, cardinality(v_page.profile_ids), v_page.entries,
             v_findings)::credits.checked_piece;
end
$$;

comment on function credits.check_profiles(uuid, bigint, timestamptz) is
  'Verifies the books of all profiles in pieces, one a call. Go on after last_id until it is null.';
