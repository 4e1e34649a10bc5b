-- check_legacy_profile: reports what does not add up in a profile of the previous application,
-- without importing it.
-- Promises: reports what import_profile would refuse with the same arguments, and nothing else.
-- Parameters: the same as in import_profile.
-- Result: damage rows: the job or the ledger row, the kind of damage and what is wrong; no row
--   where everything adds up.
-- Locks: none.
-- Reads: nothing. Writes: nothing.
-- Raises: PT400 missing_argument, invalid_amount.
-- Replay: a read.

create or replace function credits.check_legacy_profile(
  profile_id uuid,
  credits_remaining numeric,
  addon_credits numeric,
  jobs credits.legacy_job[] default '{}',
  entries credits.legacy_entry[] default '{}'
)
returns setof credits.damage
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_history credits.legacy_entries[];
begin
  perform credits._check_present('profile_id', check_legacy_profile.profile_id is not null);

  v_history := credits._legacy_history(
    check_legacy_profile.jobs, check_legacy_profile.entries);
  perform credits._check_legacy_sum(v_history);
  return query
    select check_legacy_profile.profile_id, d.job_id, d.entry_id, d.kind, d.detail
      from credits._legacy_damage(
             check_legacy_profile.credits_remaining, check_legacy_profile.addon_credits,
             check_legacy_profile.jobs, check_legacy_profile.entries, v_history,
             credits._legacy_account(
               v_history,
               credits._legacy_credits(check_legacy_profile.credits_remaining),
               credits._legacy_credits(check_legacy_profile.addon_credits))) d;
end
$$;

comment on function credits.check_legacy_profile(
  uuid, numeric, numeric, credits.legacy_job[], credits.legacy_entry[]) is
  'Reports what does not add up in a profile that is to be imported. Writes nothing.';
