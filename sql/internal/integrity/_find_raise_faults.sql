-- _find_raise_faults: findings about raises: they drew from packs what their draws say, and none is
-- of a job that is not there. What they say of their job is in _find_job_faults.

create or replace function credits._find_raise_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  select 'error', r.profile_id, r.job_id, f.rule, f.expected::text, f.found::text
    from credits.raises r
   cross join lateral (
     select sum(d.amount) as amount, sum(d.amount) filter (where d.early) as early
       from credits.pack_draws d
      where d.profile_id = r.profile_id
        and d.job_id = r.job_id
        and d.draw = r.draw
   ) d
   cross join lateral (values
     ('raise drew from packs what its draws say', coalesce(d.amount, 0), r.pack),
     ('raise drew from early packs what its draws say', coalesce(d.early, 0), r.early)
   ) f (rule, expected, found)
   where r.profile_id = any (_find_raise_faults.profile_ids)
     and f.expected <> f.found
  union all
  select 'error', r.profile_id, r.job_id, 'raise names a job of its profile', 'a job', 'none'
    from credits.raises r
   where r.profile_id = any (_find_raise_faults.profile_ids)
     and r.profile_id is distinct from
           (select j.profile_id from credits.jobs j where j.id = r.job_id)
$$;
