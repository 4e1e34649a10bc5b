-- audit_refunds: finds the refunds of the application before that put bought credits into the
-- monthly bucket, and what is still wrong because of them.
-- Promises: plays each imported history through twice, as it was and with right refunds. It claims
--   no more than follows: at_least is certain, and above at_most it cannot be.
-- Parameters: profile_id: whose refunds, or null for all imported profiles.
-- Result: refund_audit rows, oldest first for each profile. misplaced: addon credits that it put
--   into the monthly bucket; addon_lost, monthly_gained: how many of them the one bucket still
--   lacked and the other still had at the import: later work may have spent them alike, and a new
--   month has ended what was monthly; repair_seq: the ledger row that repaired it.
-- Locks: none.
-- Reads: profiles, legacy_profiles, legacy_entries, ledger. Writes: nothing.
-- Raises: PT404 profile_not_found.
-- Replay: a read.

create or replace function credits.audit_refunds(profile_id uuid default null)
returns setof credits.refund_audit
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  if audit_refunds.profile_id is not null
     and not exists (select from credits.profiles p where p.id = audit_refunds.profile_id) then
    perform credits._refuse_unknown_profile();
  end if;
  return query
    select a.*
      from (
        select p.profile_id
          from credits.legacy_profiles p
         where p.profile_id = coalesce(audit_refunds.profile_id, p.profile_id)
         order by p.profile_id
      ) p
     cross join lateral credits._audit_profile(p.profile_id) a;
end
$$;

comment on function credits.audit_refunds(uuid) is
  'Refunds of the application before that put bought credits into the monthly bucket, and what is '
  'still wrong because of each: between at_least and at_most credits.';
