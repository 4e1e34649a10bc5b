-- _plan_refunds: what the refunds of a batch give back that can be made at once: one row for each
-- element, and seq is null where the element is left to refund_job. Writes nothing.
-- Of each profile the first elements are planned, up to one that needs a closer look: a part, or a
-- job that is twice in the batch, holds nothing, drew from packs or in another period, was refunded
-- in part or imported. Elements that cannot change anything are left out and stop nothing: they are
-- refused for their arguments, or their job has ended, whatever the others do. Nothing is planned
-- for a profile that has something overdue.
-- locked: the profiles as the caller has locked them; nothing is planned for others. at: what is
-- overdue then is overdue.
-- What is in memory is joined by a hash: a plan knows nothing of how many there are, and would
-- compare each with each.

create or replace function credits._plan_refunds(
  requests credits._refund_request[],
  locked credits.profiles[],
  at timestamptz
)
returns table (
  "position" integer,
  profile_id uuid,
  job_id uuid,
  reason text,
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
           r.reason, j.monthly_deducted as monthly, j.addon_deducted as addon,
           j.period_start, j.settle_period_start,
           case
             when j.profile_id = coalesce(r.profile_id, j.profile_id)
                  and (j.closing_seq is null or r.amount is not null or r.refund_id is not null)
                  and (r.reason is null or credits._accepts_text(r.reason))
               then j.state in ('reserved', 'settled')
                    and j.monthly_deducted + j.addon_deducted > 0
                    and j.monthly_refunded = 0
                    and j.addon_refunded = 0
                    and j.pack_deducted = 0
                    and j.breakdown_source is null
                    and r.amount is null
                    and r.refund_id is null
                    and count(*) over (partition by r.job_id) = 1
           end as is_plain -- null: changes nothing
      from unnest(_plan_refunds.requests) r
      left join credits.jobs j
        on j.id = r.job_id
       and j.id = any (array(select e.job_id from unnest(_plan_refunds.requests) e))
  ), batch as (
    select r.*, p.credits_remaining, p.addon_credits, p.seq,
           r.is_plain and bool_and(
             r.is_plain
               and p.id is not null
               and r.period_start is not distinct from p.period_start
               and coalesce(r.settle_period_start, p.period_start)
                   is not distinct from p.period_start
               and coalesce(least(p.next_hold_expiry, p.next_pack_expiry) > _plan_refunds.at,
                            true)) over so_far as is_first
      from request r
      left join unnest(_plan_refunds.locked) p on p.id = r.profile_id
    window so_far as (partition by r.profile_id order by r.position)
  )
  select b.position, b.profile_id, b.job_id, b.reason, b.monthly, b.addon,
         b.credits_remaining + (sum(b.monthly) filter (where b.is_first) over so_far)::bigint,
         b.addon_credits + (sum(b.addon) filter (where b.is_first) over so_far)::bigint,
         case when b.is_first then b.seq + count(*) filter (where b.is_first) over so_far end
    from batch b
  window so_far as (partition by b.profile_id order by b.position);
end
$$;
