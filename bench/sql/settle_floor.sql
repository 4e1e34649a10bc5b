-- B: the same three writes as one bare statement: the job is taken to be reserved, whole, and paid
-- by the monthly bucket.
\set job :first_job + :client_id * :jobs_each + :i
\set i :i + 1
with given as (
  update credits.profiles p
     set credits_remaining = p.credits_remaining + j.reserved_cost - 3,
         seq = p.seq + 1,
         changed_at = greatest(clock_timestamp(), p.changed_at)
    from credits.jobs j
   where j.id = md5('job ' || :job)::uuid
     and p.id = j.profile_id
  returning p.id, p.seq, p.changed_at, p.credits_remaining, p.addon_credits, p.period_start,
            j.id as job_id, j.reserved_cost - 3 as back
), job as (
  update credits.jobs j
     set state = 'settled',
         settled_cost = 3,
         monthly_deducted = 3,
         settle_seq = g.seq,
         settle_period_start = g.period_start,
         finished_at = clock_timestamp(),
         meta_json = j.meta_json || jsonb_build_object(
           'credit_cost', 3,
           'credits_deducted', true,
           'monthly_deducted', 3,
           'addon_deducted', 0)
    from given g
   where j.id = g.job_id
), entry as (
  insert into credits.ledger (profile_id, seq, ts, kind, job_id, monthly_delta, addon_delta,
                              monthly_balance, addon_balance, reason)
  select g.id, g.seq, g.changed_at, 'settle', g.job_id, g.back, 0, g.credits_remaining,
         g.addon_credits,
         format('job settle: %s (monthly: +%s, addon: %s)', g.job_id, g.back, 0)
    from given g
)
select g.job_id, g.id as profile_id, 3::bigint as settled_cost, 3::bigint as monthly_deducted,
       0::bigint as addon_deducted, 0::bigint as shortfall, g.back as monthly_refunded,
       0::bigint as addon_refunded, 0::bigint as monthly_lapsed, 0::bigint as addon_lapsed,
       0::bigint as monthly_revoked, 0::bigint as addon_revoked, false as late,
       g.credits_remaining + g.addon_credits - g.back as previous_balance,
       g.credits_remaining + g.addon_credits as new_balance, g.seq, false as replayed
  from given g;
