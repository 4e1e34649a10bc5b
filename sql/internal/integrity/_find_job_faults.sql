-- _find_job_faults: findings about jobs: what a job holds is what its ledger rows took, and what it
-- held when it was imported; it was raised, and drew from packs, by what those rows say; its
-- published copy says what its columns say, and no ledger row names a job that is not there.

create or replace function credits._find_job_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  select 'error', coalesce(j.profile_id, b.profile_id), coalesce(j.id, b.job_id), f.rule,
         f.expected, f.found
    from credits._book_of_jobs(_find_job_faults.profile_ids) b
    full join (
      select k.*, k.monthly_deducted - k.monthly_refunded as monthly_held,
             k.addon_deducted - k.addon_refunded as addon_held
        from credits.jobs k
       where k.profile_id = any (_find_job_faults.profile_ids)
    ) j on j.id = b.job_id and j.profile_id = b.profile_id
   cross join lateral (
     select 'ledger row names a job of its profile', 'a job', 'none'
      where b.entries > 0 and j.id is null
      union all
     select n.rule, n.expected::text, n.found::text
       from (
         select 'job holds the monthly credits its ledger rows took',
                coalesce(b.monthly, 0) + coalesce(j.monthly_held_at_import, 0), j.monthly_held
          union all
         select 'job holds the addon credits its ledger rows took',
                coalesce(b.addon, 0) + coalesce(j.addon_held_at_import, 0), j.addon_held
          union all
         select 'job was raised by what its raises drew',
                coalesce(b.raised_monthly + b.raised_addon, 0), j.raised
          union all
         select 'raises drew the monthly credits their ledger rows took',
                coalesce(b.raise_monthly, 0), coalesce(b.raised_monthly, 0)
          union all
         select 'raises drew the addon credits their ledger rows took',
                coalesce(b.raise_addon, 0), coalesce(b.raised_addon, 0)
          union all
         select 'raises hold no more monthly credits than their job',
                least(b.raised_monthly_held, j.monthly_held), b.raised_monthly_held
          union all
         select 'raises hold no more addon credits than their job',
                least(b.raised_addon_held, j.addon_held), b.raised_addon_held
          union all
         select 'job drew from packs what its draws say', coalesce(b.pack, 0), j.pack_deducted
       ) n (rule, expected, found)
      where j.id is not null and n.expected <> n.found
      union all
     select 'job holds the pack credits of its draws', format('at least %s', b.pack_held),
            j.addon_held::text
      where j.addon_held < b.pack_held
      union all
     select p.rule, p.expected::text, p.found
       from (
         select 'meta_json publishes the cost', coalesce(j.settled_cost, j.reserved_cost),
                j.meta_json ->> 'credit_cost'
          union all
         select 'meta_json publishes the monthly deduction', j.monthly_deducted,
                j.meta_json ->> 'monthly_deducted'
          union all
         select 'meta_json publishes the addon deduction', j.addon_deducted,
                j.meta_json ->> 'addon_deducted'
          union all
         select 'meta_json publishes the monthly refund', j.monthly_refunded,
                coalesce(j.meta_json ->> 'monthly_refunded', '0')
          union all
         select 'meta_json publishes the addon refund', j.addon_refunded,
                coalesce(j.meta_json ->> 'addon_refunded', '0')
       ) p (rule, expected, found)
      where j.id is not null and p.expected::text is distinct from p.found
   ) f (rule, expected, found)
$$;
