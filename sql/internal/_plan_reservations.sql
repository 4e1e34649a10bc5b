-- _plan_reservations: what the reservations of a batch take that can be made at once: one row for
-- each element, and seq is null where the element is left to reserve_credits. Writes nothing.
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
  with request as (
    select r.position, r.profile_id, r.job_id, r.cost, r.meta, r.hold_for,
           case
             when r.cost between 0 and 9007199254740991
                  and (r.meta is null or credits._accepts_metadata(r.meta))
                  and (r.hold_for is null or credits._accepts_interval(r.hold_for))
                  and r.job_id is not null
                  and (select true from credits.jobs j where j.id = r.job_id) is null
               then count(*) over (partition by r.job_id) = 1
           end as is_plain -- null: changes nothing
      from unnest(_plan_reservations.requests) r
  ), batch as (
    select r.*,
           r.is_plain and bool_and(r.is_plain) over so_far
             and sum(r.cost) filter (where r.is_plain) over so_far <= 9007199254740991 as is_first,
           sum(r.cost) filter (where r.is_plain) over so_far as total,
           count(*) filter (where r.is_plain and r.cost > 0) over so_far as entries
      from request r
    window so_far as (partition by r.profile_id order by r.position)
  ), plain as (
    select b.*, p.period_start, p.credits_remaining, p.addon_credits, p.overdraft_limit, p.seq,
           case
             when b.is_first and p.closed_at is null and p.next_pack_expiry is null
                  and coalesce(p.next_hold_expiry > _plan_reservations.at, true)
               then (select s.shortfall = 0
                       from credits._split_deduction(p.credits_remaining, p.addon_credits,
                                                     p.overdraft_limit, b.total::bigint) s)
           end as fits
      from batch b
      left join credits.profiles p
        on p.id = b.profile_id
       and _plan_reservations.locked ? b.profile_id::text
  )
  select p.position, p.profile_id, p.job_id, p.cost, p.meta,
         credits._later(_plan_reservations.at, p.hold_for), p.period_start, d.monthly, d.addon,
         f.monthly - d.monthly, f.addon - d.addon,
         case when p.fits then p.seq + p.entries end
    from plain p
   cross join lateral credits._split_deduction(
           p.credits_remaining, p.addon_credits, p.overdraft_limit,
           case when p.fits then p.total::bigint - p.cost end) u -- what those before it use
   cross join lateral (
     select p.credits_remaining - u.monthly, p.addon_credits - u.addon
   ) f (monthly, addon)
   cross join lateral credits._split_deduction(f.monthly, f.addon, p.overdraft_limit, p.cost) d
$$;
