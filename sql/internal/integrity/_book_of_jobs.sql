-- _book_of_jobs: what the rows beside jobs say of each job, in one pass over the ledger: what its
-- ledger rows took in all, what those of returns gave, and what those of raises took; what its
-- raises drew and hold, and what its pack draws drew and hold. Rows are summed and not joined, so
-- no plan of it takes time with the square. A sum that a job has no rows for is not begun: most
-- jobs have those of the ledger alone.

create or replace function credits._book_of_jobs(profile_ids uuid[])
returns table (
  profile_id uuid,
  job_id uuid,
  monthly numeric,
  addon numeric,
  monthly_back numeric,
  addon_back numeric,
  raise_monthly numeric,
  raise_addon numeric,
  raised_monthly numeric,
  raised_addon numeric,
  raised_monthly_held numeric,
  raised_addon_held numeric,
  pack numeric,
  pack_held numeric,
  entries bigint
)
language sql stable
as $$
  select b.profile_id, b.job_id, -sum(b.monthly_delta) filter (where b.part = 1),
         -sum(b.addon_delta) filter (where b.part = 1),
         sum(b.monthly_delta) filter (where b.monthly_delta > 0 and b.kind <> 'settle'),
         sum(b.addon_delta) filter (where b.addon_delta > 0 and b.kind <> 'settle'),
         -sum(b.monthly_delta) filter (where b.kind = 'raise'),
         -sum(b.addon_delta) filter (where b.kind = 'raise'),
         sum((b.raise).monthly) filter (where b.part = 2),
         sum((b.raise).addon) filter (where b.part = 2),
         sum((b.raise).monthly - least(greatest((b.raise).returned - (b.raise).addon
                                                + (b.raise).early, 0), (b.raise).monthly))
           filter (where b.part = 2),
         sum((b.raise).addon - least((b.raise).returned, (b.raise).addon - (b.raise).early)
             - greatest((b.raise).returned - (b.raise).monthly - (b.raise).addon
                        + (b.raise).early, 0))
           filter (where b.part = 2),
         sum((b.draw).amount) filter (where b.part = 3),
         sum((b.draw).amount - (b.draw).returned) filter (where b.part = 3), count(b.kind)
    from (
      select 1 as part, l.profile_id, l.job_id, l.kind, l.monthly_delta, l.addon_delta,
             null::credits.raises as raise, null::credits.pack_draws as draw
        from credits.ledger l
       where l.profile_id = any (_book_of_jobs.profile_ids)
         and l.kind in ('reserve', 'raise', 'settle', 'refund', 'rollback', 'expire')
      union all
      select 2, r.profile_id, r.job_id, null, null, null, r, null
        from credits.raises r
       where r.profile_id = any (_book_of_jobs.profile_ids)
      union all
      select 3, d.profile_id, d.job_id, null, null, null, null, d
        from credits.pack_draws d
       where d.profile_id = any (_book_of_jobs.profile_ids)
    ) b
   group by b.profile_id, b.job_id
$$;
