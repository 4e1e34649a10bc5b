-- _find_raise_faults: findings about raises: a job was raised by what its raises drew; they drew
-- what its ledger rows took, and from packs what its draws say; they hold no more than the job; and
-- no raise is of a job that is not there.

create or replace function credits._find_raise_faults(profile_id uuid)
returns setof credits.finding
language sql stable
as $$
  with raised as (
    select r.profile_id, r.job_id, sum(r.monthly) as monthly, sum(r.addon) as addon,
           sum(r.addon - least(r.returned, r.addon - r.early)
               - greatest(r.returned - r.monthly - r.addon + r.early, 0)) as addon_held,
           sum(r.monthly - least(greatest(r.returned - r.addon + r.early, 0), r.monthly))
             as monthly_held
      from credits.raises r
     where r.profile_id = coalesce(_find_raise_faults.profile_id, r.profile_id)
     group by r.profile_id, r.job_id
  ), told as (
    select l.profile_id, l.job_id, -sum(l.monthly_delta) as monthly, -sum(l.addon_delta) as addon
      from credits.ledger l
     where l.profile_id = coalesce(_find_raise_faults.profile_id, l.profile_id)
       and l.kind = 'raise'
     group by l.profile_id, l.job_id
  )
  select 'error', j.profile_id, j.id, f.rule, f.expected::text, f.found::text
    from credits.jobs j
    left join raised r on r.profile_id = j.profile_id and r.job_id = j.id
    left join told t on t.profile_id = j.profile_id and t.job_id = j.id
   cross join lateral (values
     ('job was raised by what its raises drew', coalesce(r.monthly + r.addon, 0), j.raised),
     ('raises drew the monthly credits their ledger rows took', coalesce(t.monthly, 0),
      coalesce(r.monthly, 0)),
     ('raises drew the addon credits their ledger rows took', coalesce(t.addon, 0),
      coalesce(r.addon, 0)),
     ('raises hold no more monthly credits than their job',
      least(coalesce(r.monthly_held, 0), j.monthly_deducted - j.monthly_refunded),
      coalesce(r.monthly_held, 0)),
     ('raises hold no more addon credits than their job',
      least(coalesce(r.addon_held, 0), j.addon_deducted - j.addon_refunded),
      coalesce(r.addon_held, 0))
   ) f (rule, expected, found)
   where j.profile_id = coalesce(_find_raise_faults.profile_id, j.profile_id)
     and (j.raised <> 0 or r.job_id is not null or t.job_id is not null)
     and f.expected is distinct from f.found
  union all
  select 'error', r.profile_id, r.job_id, f.rule, f.expected::text, f.found::text
    from credits.raises r
    left join (
      select d.profile_id, d.job_id, d.draw, sum(d.amount) as amount,
             sum(d.amount) filter (where d.early) as early
        from credits.pack_draws d
       group by d.profile_id, d.job_id, d.draw
    ) d on d.profile_id = r.profile_id and d.job_id = r.job_id and d.draw = r.draw
   cross join lateral (values
     ('raise drew from packs what its draws say', coalesce(d.amount, 0), r.pack),
     ('raise drew from early packs what its draws say', coalesce(d.early, 0), r.early)
   ) f (rule, expected, found)
   where r.profile_id = coalesce(_find_raise_faults.profile_id, r.profile_id)
     and f.expected <> f.found
  union all
  select 'error', r.profile_id, r.job_id, 'raise names a job of its profile', 'a job', 'none'
    from credits.raises r
   where r.profile_id = coalesce(_find_raise_faults.profile_id, r.profile_id)
     and not exists (select from credits.jobs j
                      where j.id = r.job_id and j.profile_id = r.profile_id)
$$;
