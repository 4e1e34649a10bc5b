-- _find_job_faults: findings about jobs: what a job holds is what its ledger rows took, and what it
-- held when it was imported; its published copy says what its columns say, and no ledger row names
-- a job that is not there.

create or replace function credits._find_job_faults(profile_id uuid)
returns setof credits.finding
language sql stable
as $$
  with moved as (
    select l.profile_id, l.job_id, -sum(l.monthly_delta) as monthly, -sum(l.addon_delta) as addon
      from credits.ledger l
     where l.profile_id = coalesce(_find_job_faults.profile_id, l.profile_id)
       and l.kind in ('reserve', 'raise', 'settle', 'refund', 'rollback', 'expire')
     group by l.profile_id, l.job_id
  )
  select 'error', j.profile_id, j.id, f.rule, f.expected, f.found
    from credits.jobs j
    left join moved m on m.profile_id = j.profile_id and m.job_id = j.id
   cross join lateral (values
     ('job holds the monthly credits its ledger rows took',
      (coalesce(m.monthly, 0) + coalesce(j.monthly_held_at_import, 0))::text,
      (j.monthly_deducted - j.monthly_refunded)::text),
     ('job holds the addon credits its ledger rows took',
      (coalesce(m.addon, 0) + coalesce(j.addon_held_at_import, 0))::text,
      (j.addon_deducted - j.addon_refunded)::text),
     ('meta_json publishes the cost', coalesce(j.settled_cost, j.reserved_cost)::text,
      j.meta_json ->> 'credit_cost'),
     ('meta_json publishes the monthly deduction', j.monthly_deducted::text,
      j.meta_json ->> 'monthly_deducted'),
     ('meta_json publishes the addon deduction', j.addon_deducted::text,
      j.meta_json ->> 'addon_deducted'),
     ('meta_json publishes the monthly refund', j.monthly_refunded::text,
      coalesce(j.meta_json ->> 'monthly_refunded', '0')),
     ('meta_json publishes the addon refund', j.addon_refunded::text,
      coalesce(j.meta_json ->> 'addon_refunded', '0'))
   ) f (rule, expected, found)
   where j.profile_id = coalesce(_find_job_faults.profile_id, j.profile_id)
     and f.expected is distinct from f.found
  union all
  select 'error', m.profile_id, m.job_id, 'ledger row names a job of its profile', 'a job', 'none'
    from moved m
   where not exists (select from credits.jobs j
                      where j.id = m.job_id and j.profile_id = m.profile_id)
$$;
