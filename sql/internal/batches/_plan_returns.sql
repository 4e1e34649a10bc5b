-- _plan_returns: what the settlements or refunds of a batch give back that are made together: one
-- row for each of them. A refund is a settlement at 0. Writes nothing.
-- Of each profile the simple elements are planned up to the first that needs a closer look: one
-- that settles for more, returns a part, or whose job is twice in the batch, drew from packs or in
-- another period, was raised, refunded in part, imported, or expired. Elements without effect are
-- passed over: they are refused for their arguments, or their job has ended, whatever the others
-- do.
-- A job that was reserved in the present period has not settled in another one.
-- Nothing is planned for a profile with limits, or with revocations that wait for what comes back.
-- kind: settle or refund. locked: the profiles as the caller has locked them; nothing is planned
-- for others.
-- What is in memory is joined by a hash: the planner cannot know how many there are, and would
-- choose to compare each with each.

create or replace function credits._plan_returns(
  kind text,
  elements credits._batch_element[],
  locked credits.profiles[]
)
returns table (
  "position" integer,
  profile_id uuid,
  job_id uuid,
  cost bigint,
  reason text,
  period_start timestamptz,
  monthly_kept bigint,
  addon_kept bigint,
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
  with element as (
    select e.position, coalesce(e.profile_id, j.profile_id) as profile_id, j.id as job_id,
           e.reason, j.monthly_deducted, j.addon_deducted, j.period_start,
           case _plan_returns.kind
             when 'settle' then coalesce(e.actual_cost, credits._outstanding(j))
             when 'refund' then 0
           end as cost,
           case
             when j.profile_id = coalesce(e.profile_id, j.profile_id)
                  and case _plan_returns.kind
                        when 'settle' then j.settled_cost is null
                                           and j.state not in ('rolled_back', 'refunded')
                                           and credits._is_amount(
                                                 coalesce(e.actual_cost, 0), 0)
                                           and coalesce(e.overage, 'cap') in ('cap', 'reject')
                        when 'refund' then (j.closing_seq is null or e.amount is not null
                                            or e.refund_id is not null)
                                           and (e.reason is null
                                                or credits._accepts(reason => e.reason))
                      end
               then j.closing_seq is null
                    and j.monthly_refunded = 0
                    and j.addon_refunded = 0
                    and j.pack_deducted = 0
                    and j.raised = 0
                    and j.breakdown_source is null
                    and coalesce(e.actual_cost, 0) <= credits._outstanding(j)
                    and e.amount is null
                    and e.refund_id is null
                    and count(*) over (partition by e.job_id) = 1
           end as is_simple -- null: without effect
      from unnest(_plan_returns.elements) e
      left join credits.jobs j
        on j.id = e.job_id
       and j.id = any (array(select r.job_id from unnest(_plan_returns.elements) r))
  ), batch as (
    select e.*, p.credits_remaining, p.addon_credits, p.seq,
           case
             when e.is_simple
               then credits._monthly_back(
                      e.addon_deducted, e.monthly_deducted + e.addon_deducted - e.cost)
           end as monthly,
           e.is_simple and bool_and(
             e.is_simple
               and p.id is not null
               and p.uncollected = 0
               and not p.limited
               and e.period_start is not distinct from p.period_start) over so_far as goes_together
      from element e
      left join unnest(_plan_returns.locked) p on p.id = e.profile_id
    window so_far as (partition by e.profile_id order by e.position)
  ), returned as (
    select b.*, b.monthly_deducted + b.addon_deducted - b.cost - b.monthly as addon
      from batch b
     where b.goes_together
  )
  select r.position, r.profile_id, r.job_id, r.cost, r.reason, r.period_start,
         r.monthly_deducted - r.monthly, r.addon_deducted - r.addon, r.monthly, r.addon,
         r.credits_remaining + (sum(r.monthly) over so_far)::bigint,
         r.addon_credits + (sum(r.addon) over so_far)::bigint,
         r.seq + count(*) filter (where r.monthly + r.addon > 0) over so_far
    from returned r
  window so_far as (partition by r.profile_id order by r.position);
end
$$;
