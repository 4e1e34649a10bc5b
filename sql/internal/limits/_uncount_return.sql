-- _uncount_return: limits after a job has given credits back: what was drawn in the window that is
-- counted makes room again; what was drawn before does not. What comes back makes room also where
-- it lapses or goes to a revocation.
-- Pure. back: what comes back of each draw, told as in _held_by_draw. What a job held when it was
-- imported was never counted.

create or replace function credits._uncount_return(
  limits credits.limits[],
  job credits.jobs,
  back credits.raises[]
)
returns credits.limits[]
language plpgsql immutable
as $$
declare
  v_job alias for job;
  v_limits credits.limits[] := _uncount_return.limits;
  v_limit credits.limits;
  v_place integer;
begin
  foreach v_place in array credits._limit_places(v_limits, v_job.spender) loop
    v_limit := v_limits[v_place];
    v_limit.spent := v_limit.spent - (
      select coalesce(sum(b.monthly + b.addon), 0)::bigint
        from unnest(_uncount_return.back) b
       where b.seq > v_limit.since_seq
         and (b.draw > 1 or v_job.breakdown_source is null));
    v_limits[v_place] := v_limit;
  end loop;
  return v_limits;
end
$$;
