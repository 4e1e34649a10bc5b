-- _is_plain: whether only the two buckets gave what a job holds, in one draw of the present period:
-- no pack, no other month, no revocation and no limit has a part in what comes back.

create or replace function credits._is_plain(profile credits.profiles, job credits.jobs)
returns boolean
language sql immutable
as $$
  select (job).pack_deducted = 0
     and (job).raised = 0
     and (job).settled_cost is null
     and (profile).uncollected = 0
     and not (profile).limited
     and (job).period_start is not distinct from (profile).period_start
$$;
