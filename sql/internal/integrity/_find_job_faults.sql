-- _find_job_faults: findings about jobs: what a job holds is what its ledger rows took, and what it
-- held when it was imported; it got back what they gave, and once it settled no more than that; it
-- was raised, and drew from packs, by what those rows say; its published copy says what its columns
-- say, and no ledger row names a job that is not there.

create or replace function credits._find_job_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  select 'error', c.profile_id, c.job_id, f.rule, f.expected, f.found
    from (
      select coalesce(j.profile_id, b.profile_id) as profile_id,
             coalesce(j.id, b.job_id) as job_id,
             array_remove(case when j.id is null then array[
               credits._fault('ledger row names a job of its profile', 'a job',
                              case when b.entries > 0 then 'none' else 'a job' end)
             ] else array[
               credits._fault('job holds the monthly credits its ledger rows took',
                              coalesce(b.monthly, 0) + coalesce(j.monthly_held_at_import, 0),
                              j.monthly_held),
               credits._fault('job holds the addon credits its ledger rows took',
                              coalesce(b.addon, 0) + coalesce(j.addon_held_at_import, 0),
                              j.addon_held),
               credits._fault('meta_json publishes the cost',
                              coalesce(j.settled_cost, j.reserved_cost)::text,
                              j.meta_json ->> 'credit_cost'),
               credits._fault('meta_json publishes the monthly deduction',
                              j.monthly_deducted::text, j.meta_json ->> 'monthly_deducted'),
               credits._fault('meta_json publishes the addon deduction',
                              j.addon_deducted::text, j.meta_json ->> 'addon_deducted'),
               credits._fault('meta_json publishes the monthly refund', j.monthly_refunded::text,
                              coalesce(j.meta_json ->> 'monthly_refunded', '0')),
               credits._fault('meta_json publishes the addon refund', j.addon_refunded::text,
                              coalesce(j.meta_json ->> 'addon_refunded', '0'))
             ] || case
               -- What an imported job got back before is in no ledger row.
               when j.breakdown_source is null
                    and (j.monthly_refunded <> coalesce(b.monthly_back, 0)
                         or j.addon_refunded <> coalesce(b.addon_back, 0))
                 then credits._return_faults(j.settle_seq is not null, b.monthly_back, b.addon_back,
                                             j.monthly_refunded, j.addon_refunded)
             end || case
               -- Most jobs were never raised, and drew from no pack: nothing to compare.
               when j.raised <> 0 or b.raised_monthly is not null or b.raise_monthly is not null
                 then array[
                   credits._fault('job was raised by what its raises drew',
                                  coalesce(b.raised_monthly + b.raised_addon, 0), j.raised),
                   credits._fault('raises drew the monthly credits their ledger rows took',
                                  coalesce(b.raise_monthly, 0), coalesce(b.raised_monthly, 0)),
                   credits._fault('raises drew the addon credits their ledger rows took',
                                  coalesce(b.raise_addon, 0), coalesce(b.raised_addon, 0)),
                   credits._fault('raises hold no more monthly credits than their job',
                                  j.monthly_held, greatest(j.monthly_held, b.raised_monthly_held)),
                   credits._fault('raises hold no more addon credits than their job',
                                  j.addon_held, greatest(j.addon_held, b.raised_addon_held))
                 ]
             end || case
               when j.pack_deducted <> 0 or b.pack is not null
                 then array[
                   credits._fault('job drew from packs what its draws say',
                                  coalesce(b.pack, 0), j.pack_deducted),
                   case
                     when j.addon_held < b.pack_held
                       then credits._fault('job holds the pack credits of its draws',
                                           format('at least %s', b.pack_held), j.addon_held::text)
                   end
                 ]
             end end, null) as faults
        from credits._book_of_jobs(_find_job_faults.profile_ids) b
        full join (
          select k.*, k.monthly_deducted - k.monthly_refunded as monthly_held,
                 k.addon_deducted - k.addon_refunded as addon_held
            from credits.jobs k
           where k.profile_id = any (_find_job_faults.profile_ids)
        ) j on j.id = b.job_id and j.profile_id = b.profile_id
      offset 0 -- so that a sound job costs no more than this
    ) c
   cross join unnest(c.faults) f
   where cardinality(c.faults) > 0
$$;
