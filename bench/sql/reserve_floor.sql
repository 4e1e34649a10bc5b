-- B: the same three writes as one bare statement. It checks nothing: not the arguments, not the
-- funds, not whether the job id is new, and it knows beforehand that the monthly bucket pays.
\set profile random(:first, :last)
\set cost random(1, 9)
with spent as (
  update credits.profiles p
     set credits_remaining = p.credits_remaining - :cost,
         seq = p.seq + 1,
         changed_at = greatest(clock_timestamp(), p.changed_at)
   where p.id = ('00000000-0000-4000-8000-' || :profile)::uuid
  returning p.id, p.seq, p.changed_at, p.credits_remaining, p.addon_credits, p.period_start,
            :cost::bigint as cost
), job as (
  insert into credits.jobs (id, profile_id, state, reserved_cost, monthly_deducted, addon_deducted,
                            reserve_seq, period_start, created_at, meta_json)
  select gen_random_uuid(), s.id, 'reserved', s.cost, s.cost, 0, s.seq, s.period_start,
         clock_timestamp(),
         jsonb_build_object('credit_cost', s.cost, 'credits_deducted', true,
                            'monthly_deducted', s.cost, 'addon_deducted', 0)
    from spent s
  returning id
), entry as (
  insert into credits.ledger (profile_id, seq, ts, kind, job_id, monthly_delta, addon_delta,
                              monthly_balance, addon_balance, reason)
  select s.id, s.seq, s.changed_at, 'reserve', j.id, -s.cost, 0,
         s.credits_remaining, s.addon_credits,
         format('job reserve: %s (monthly: -%s, addon: %s)', j.id, s.cost, 0)
    from spent s, job j
)
select j.id as job_id, s.id as profile_id, 'reserved' as state, s.cost, s.cost as monthly_deducted,
       0::bigint as addon_deducted, s.credits_remaining + s.addon_credits + s.cost
         as previous_balance, s.credits_remaining + s.addon_credits as new_balance,
       null::timestamptz as hold_expires_at, s.seq, false as replayed
  from spent s, job j;
