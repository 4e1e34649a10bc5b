-- _plan_reservations: what the drafts of a batch of reservations take that can be made together: a
-- row for each. Writes nothing.
-- locked: the profiles as the caller has locked them; none has packs, so none has early ones.
-- Both sides are in memory and joined by a hash: the planner cannot know how many there are, and
-- would choose to compare each with each.

create or replace function credits._plan_reservations(
  drafts credits._reservation_draft[],
  locked credits.profiles[],
  at timestamptz
)
returns table (
  "position" integer,
  profile_id uuid,
  job_id uuid,
  cost bigint,
  meta jsonb,
  hold_expires_at timestamptz,
  spender text,
  period_start timestamptz,
  monthly bigint,
  addon bigint,
  monthly_balance bigint,
  addon_balance bigint,
  seq bigint
)
language plpgsql immutable
set enable_nestloop = off
set enable_hashjoin = on
as $$
begin
  return query
  select d.position, d.profile_id, d.job_id, d.cost, d.meta,
         credits._later(_plan_reservations.at, d.hold_for), d.spender, p.period_start,
         (s.used).monthly - (s.before).monthly, (s.used).addon - (s.before).addon,
         p.credits_remaining - (s.used).monthly, p.addon_credits - (s.used).addon,
         p.seq + d.entries
    from unnest(_plan_reservations.drafts) d
    join unnest(_plan_reservations.locked) p on p.id = d.profile_id
   cross join lateral (
           select credits._split_deduction(p.credits_remaining, p.addon_credits,
                                           p.overdraft_limit, d.total, 0) as used,
                  credits._split_deduction(p.credits_remaining, p.addon_credits,
                                           p.overdraft_limit, d.total - d.cost, 0) as before
         ) s;
end
$$;
