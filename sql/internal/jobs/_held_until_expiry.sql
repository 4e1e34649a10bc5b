-- _held_until_expiry: what an expired job held at its deadline: what its expiry gave back. What was
-- refunded before is not in it. A free job has no such row: closing_seq is the row that was newest.

create or replace function credits._held_until_expiry(job credits.jobs)
returns bigint
language sql stable
as $$
  select coalesce(sum(l.monthly_delta + l.addon_delta), 0)::bigint
    from credits.ledger l
   where l.profile_id = (job).profile_id
     and l.seq = (job).closing_seq
     and l.job_id = (job).id
$$;
