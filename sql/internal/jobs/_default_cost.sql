-- _default_cost: what a job settles at whose actual cost nobody says: what it holds, or held until
-- its hold expired, which the ledger row of that return knows. A job of a fixed price is not free
-- because it was slow.

create or replace function credits._default_cost(job credits.jobs)
returns bigint
language plpgsql stable
as $$
begin
  if (_default_cost.job).state <> 'expired' then
    return credits._outstanding(_default_cost.job);
  end if;
  return coalesce(
    (select l.monthly_delta + l.addon_delta
       from credits.ledger l
      where l.profile_id = (_default_cost.job).profile_id
        and l.seq = (_default_cost.job).closing_seq
        and l.job_id = (_default_cost.job).id), 0::bigint); -- a free job has no row of its own
end
$$;
