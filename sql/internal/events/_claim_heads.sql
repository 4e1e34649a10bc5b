-- _claim_heads: the first open event of profiles where it is due, locked. What another session has
-- locked is skipped. Mostly the events that have been due longest are first ones. Where none of
-- those is, since few profiles have many, the profiles are gone through instead: each costs the
-- same, whatever the number of its events.
-- at: now. at_most: how many.
-- Reads: settings.

create or replace function credits._claim_heads(at timestamptz, at_most bigint)
returns credits.events[]
language plpgsql volatile
as $$
declare
  v_due constant uuid[] := array( -- whose events have been due longest
    select distinct o.profile_id
      from (select d.profile_id
              from credits.events d
             where d.finished_at is null
               and d.set_aside_at is null
               and d.due_at > '-infinity'
               and d.due_at <= _claim_heads.at
             order by d.due_at
             limit 2 * _claim_heads.at_most + 100) o);
  v_heads credits.events[];
begin
  if cardinality(v_due) = 0 then
    return v_heads;
  end if;
  v_heads := credits._lock_heads(v_due, _claim_heads.at, _claim_heads.at_most);
  if cardinality(v_heads) = 0 then
    v_heads := credits._lock_heads(
      credits._profiles_with_events(), _claim_heads.at, _claim_heads.at_most);
  end if;
  return v_heads;
end
$$;
