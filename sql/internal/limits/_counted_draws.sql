-- _counted_draws: what jobs of a profile hold of each draw after a ledger row, and who spends it:
-- what limits count. What a job held when it was imported is not counted.

create or replace function credits._counted_draws(profile_id uuid, since_seq bigint)
returns table (spender text, seq bigint, held bigint)
language sql stable
as $$
  select j.spender, h.seq, h.monthly + h.addon
    from credits.jobs j
   cross join lateral credits._load_change(j) c
   cross join lateral unnest(credits._held_by_draw(j, c.raises, c.draws)) h
   where j.profile_id = _counted_draws.profile_id
     and j.id = any (array(select l.job_id
                             from credits.ledger l
                            where l.profile_id = _counted_draws.profile_id
                              and l.seq > _counted_draws.since_seq
                              and l.kind in ('reserve', 'raise', 'settle')))
     and h.seq > _counted_draws.since_seq
     and (h.draw > 1 or j.breakdown_source is null)
$$;
