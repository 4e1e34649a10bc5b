-- _plan_settlements: what the settlements of a batch give back that can be made at once: one row
-- for each element, and seq is null where the element is left to settle_job. Writes nothing.
-- Of each profile the first elements are planned, up to one that needs a closer look: that settles
-- for more, or a job that is twice in the batch, drew from packs or in another period, was refunded
-- in part, imported, or expired. Elements that cannot change anything are left out and stop
-- nothing: they are refused for their arguments, their job is settled already or cannot be,
-- whatever the others do. Nothing is planned for a profile that has something overdue.
-- locked: the profiles as the caller has locked them; nothing is planned for others. at: what is
-- overdue then is overdue.
-- What is in memory is joined by a hash: a plan knows nothing of how many there are, and would
-- compare each with each.

create or replace function credits._plan_settlements(
  requests credits._settlement_request[],
  locked credits.profiles[],
  at timestamptz
)
returns table (
  "position" integer,
  profile_id uuid,
  job_id uuid,
  cost bigint,
  monthly_deducted bigint,
  addon_deducted bigint,
  period_start timestamptz,
  monthly bigint,
  addon bigint,
  monthly_balance bigint,
  addon_balance bigint,
  seq bigint
)
language plpgsql stable
set enable_nestloop = off
set enable_hashjoin = on
as $$
begin
  return query
  with request as (
    select r.position, coalesce(r.profile_id, j.profile_id) as profile_id, j.id as job_id,
           j.monthly_deducted, j.addon_deducted, j.period_start,
           coalesce(r.actual_cost, credits._outstanding(j)) as cost,
           case
             when j.profile_id = coalesce(r.profile_id, j.profile_id)
                  and j.settled_cost is null
                  and j.state not in ('rolled_back', 'refunded')
                  and coalesce(r.actual_cost, 0) between 0 and 9007199254740991
                  and r.overage in ('cap', 'reject')
               then j.state = 'reserved'
                    and j.monthly_refunded = 0
                    and j.addon_refunded = 0
                    and j.pack_deducted = 0
                    and j.breakdown_source is null
                    and coalesce(r.actual_cost, 0) <= credits._outstanding(j)
                    and count(*) over (partition by r.job_id) = 1
           end as is_plain -- null: changes nothing
      from unnest(_plan_settlements.requests) r
      left join credits.jobs j
        on j.id = r.job_id
       and j.id = any (array(select e.job_id from unnest(_plan_settlements.requests) e))
  ), batch as (
    select r.*, p.credits_remaining, p.addon_credits, p.seq,
           r.is_plain and bool_and(
             r.is_plain
               and p.id is not null
               and r.period_start is not distinct from p.period_start
               and coalesce(least(p.next_hold_expiry, p.next_pack_expiry) > _plan_settlements.at,
                            true)) over so_far as is_first
      from request r
      left join unnest(_plan_settlements.locked) p on p.id = r.profile_id
    window so_far as (partition by r.profile_id order by r.position)
  ), split as materialized (
    select b.*,
           case
             when b.is_first
               then credits._split_return(
                      array[b.monthly_deducted, b.addon_deducted, 0, 0],
                      b.monthly_deducted + b.addon_deducted - b.cost)
           end as back
      from batch b
  ), returned as (
    select s.*, s.back[1] as monthly, s.back[2] as addon
      from split s
  )
  select b.position, b.profile_id, b.job_id, b.cost, b.monthly_deducted - b.monthly,
         b.addon_deducted - b.addon, b.period_start, b.monthly, b.addon,
         b.credits_remaining + (sum(b.monthly) over so_far)::bigint,
         b.addon_credits + (sum(b.addon) over so_far)::bigint,
         case
           when b.is_first
             then b.seq + count(*) filter (where b.monthly + b.addon > 0) over so_far
         end
    from returned b
  window so_far as (partition by b.profile_id order by b.position);
end
$$;
