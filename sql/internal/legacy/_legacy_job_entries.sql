-- _legacy_job_entries: the rows of an imported job in the ledger of the previous application, with
-- what each did to addon there: deductions as when the job was imported, whatever it has settled at
-- since; refunds gave it nothing unless they stated it.

create or replace function credits._legacy_job_entries(job credits.jobs)
returns table (place integer, ts timestamptz, delta bigint, addon_delta bigint, reason text)
language sql stable
as $$
  select h.position, h.ts, h.delta,
         case h.kind when 'refund' then coalesce(h.stated_addon, 0) else -h.addon_taken end,
         coalesce(h.reason, 'no reason')
    from credits.legacy_profiles p
   cross join lateral (
     select coalesce(array_agg(e order by e.position), '{}') as entries
       from credits.legacy_entries e
      where e.profile_id = p.profile_id
   ) i
   cross join lateral credits._legacy_account(
     i.entries, coalesce(p.credits_remaining, 0), coalesce(p.addon_credits, 0)) a
   cross join lateral rows from (
     unnest(i.entries), unnest((a.at_least).addon_parts)
   ) as h (profile_id, position, ts, delta, stated_addon, job_id, job_position, kind, split_source,
           entry_id, reason, addon_taken)
   where (_legacy_job_entries.job).breakdown_source is not null
     and p.profile_id = (_legacy_job_entries.job).profile_id
     and h.job_id = (_legacy_job_entries.job).id
$$;
