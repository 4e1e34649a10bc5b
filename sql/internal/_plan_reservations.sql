-- _plan_reservations: what the reservations of a batch take that can be made at once: one row for
-- each of these elements. Writes nothing.
-- Of each profile the first elements are planned, up to one that needs a closer look: a job id that
-- is twice in the batch, or more than there is left. Elements that cannot change anything are left
-- out and stop nothing: they are refused for their arguments or are replays, whatever the others
-- do. Nothing is planned for a profile that is closed, has packs or has something overdue.
-- locked: the profiles that the caller has locked, as _lock_profiles gives them; nothing is planned
-- for others. at: what is overdue then is overdue.

create or replace function credits._plan_reservations(
  requests credits._reservation_request[],
  locked jsonb,
  at timestamptz
)
returns table (
  "position" integer,
  profile_id uuid,
  job_id uuid,
  cost bigint,
  meta jsonb,
  hold_expires_at timestamptz,
  period_start timestamptz,
  monthly bigint,
  addon bigint,
  monthly_balance bigint,
  addon_balance bigint,
  seq bigint
)
language sql stable
as $$
  with known as (
    select j.id
      from credits.jobs j
     where j.id = any (array(select r.job_id from unnest(_plan_reservations.requests) r))
  ), twice as (
    select r.job_id
      from unnest(_plan_reservations.requests) r
     group by r.job_id
    having count(*) > 1
  ), request as (
    select r.position, r.profile_id, r.job_id, r.cost, r.meta, r.hold_for,
           case
             when r.cost between 0 and 9007199254740991
                  and (r.meta is null or credits._accepts_metadata(r.meta))
                  and (r.hold_for is null or credits._accepts_interval(r.hold_for))
                  and r.job_id is not null
                  and r.job_id not in (select k.id from known k)
               then r.job_id not in (select t.job_id from twice t where t.job_id is not null)
           end as is_plain -- null: changes nothing
      from unnest(_plan_reservations.requests) r
  ), batch as (
    select r.*,
           r.is_plain and bool_and(r.is_plain) over so_far as is_first,
           -- Above what any job may cost it only matters that it is too much.
           least(sum(r.cost) filter (where r.is_plain) over so_far,
                 9007199254740992)::bigint as total,
           count(*) filter (where r.is_plain and r.cost > 0) over so_far as entries
      from request r
    window so_far as (partition by r.profile_id order by r.position)
  )
  select b.position, b.profile_id, b.job_id, b.cost, b.meta,
         credits._later(_plan_reservations.at, b.hold_for), p.period_start,
         used.monthly - before.monthly, used.addon - before.addon,
         p.credits_remaining - used.monthly, p.addon_credits - used.addon, p.seq + b.entries
    from batch b
    join credits.profiles p
      on p.id = b.profile_id
     and _plan_reservations.locked ? b.profile_id::text
   cross join lateral credits._split_deduction(
           p.credits_remaining, p.addon_credits, p.overdraft_limit, b.total) used
   cross join lateral credits._split_deduction(
           p.credits_remaining, p.addon_credits, p.overdraft_limit, b.total - b.cost) before
   where b.is_first
     and b.total <= 9007199254740991
     and p.closed_at is null
     and p.next_pack_expiry is null
     and coalesce(p.next_hold_expiry > _plan_reservations.at, true)
     and used.shortfall = 0
$$;
