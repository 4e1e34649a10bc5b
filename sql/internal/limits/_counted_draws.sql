-- _counted_draws: what jobs of a profile hold of each draw after a ledger row, and who spends it:
-- what limits count. What a job held when it was imported is not counted.

create or replace function credits._counted_draws(profile_id uuid, since_seq bigint)
returns table (spender text, seq bigint, held bigint)
language sql stable
as $$
  select (j.job).spender, h.seq, h.monthly + h.addon
    from (
      select distinct l.job_id
        from credits.ledger l
       where l.profile_id = _counted_draws.profile_id
         and l.seq > _counted_draws.since_seq
         and l.kind in ('reserve', 'raise', 'settle')
    ) d
   cross join lateral (
     select k as job
       from credits.jobs k
      where k.id = d.job_id
     offset 0 -- each by its key, whatever the planner thinks of how many there are
   ) j
   cross join lateral credits._load_change(j.job) c
   cross join lateral unnest(credits._held_by_draw(j.job, c.raises, c.draws)) h
   where (j.job).profile_id = _counted_draws.profile_id
     and h.seq > _counted_draws.since_seq
     and (h.draw > 1 or (j.job).breakdown_source is null)
$$;
