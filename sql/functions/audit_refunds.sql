-- audit_refunds: finds the refunds of the previous application that put bought credits into the
-- monthly bucket, and what is still wrong because of them.
-- Promises: recomputes each imported history twice, as it was and with right refunds. It claims no
--   more than follows from the rows: at_least is certain, and more than at_most is impossible.
-- Parameters: profile_id: whose refunds, or null for all imported profiles.
-- Result: refund_audit rows, oldest first for each profile. misplaced: addon credits that the
--   refund put into the monthly bucket; addon_lost, monthly_gained: how many of them were, at the
--   import, still missing in the addon bucket and still too many in the monthly bucket: later jobs
--   may have spent some in place of addon credits, and a renewal replaces what is monthly;
--   repair_seq: the ledger row that repaired it.
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
  'Refunds of the previous application that put bought credits into the monthly bucket, and what '
  'is still wrong because of each: between at_least and at_most credits.';
