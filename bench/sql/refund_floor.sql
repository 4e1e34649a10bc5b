-- B: the same three writes as one bare statement: the job is taken to be reserved and whole.
\set job :first_job + :client_id * :jobs_each + :i
\set i :i + 1
with given as (
  update credits.profiles p
     set credits_remaining = p.credits_remaining + j.monthly_deducted,
         addon_credits = p.addon_credits + j.addon_deducted,
         seq = p.seq + 1,
         changed_at = greatest(clock_timestamp(), p.changed_at)
    from credits.jobs j
   where j.id = md5('job ' || :job)::uuid
     and p.id = j.profile_id
  returning p.id, p.seq, p.changed_at, p.credits_remaining, p.addon_credits,
            j.id as job_id, j.monthly_deducted, j.addon_deducted
), job as (
  update credits.jobs j
     set monthly_refunded = j.monthly_deducted,
         addon_refunded = j.addon_deducted,
         state = 'refunded',
         closing_seq = g.seq,
         finished_at = clock_timestamp(),
         meta_json = j.meta_json || jsonb_build_object(
           'credits_refunded', true,
           'monthly_refunded', j.monthly_deducted,
           'addon_refunded', j.addon_deducted)
    from given g
   where j.id = g.job_id
), entry as (
  insert into credits.ledger (profile_id, seq, ts, kind, job_id, monthly_delta, addon_delta,
                              monthly_balance, addon_balance, reason)
  select g.id, g.seq, g.changed_at, 'refund', g.job_id, g.monthly_deducted, g.addon_deducted,
         g.credits_remaining, g.addon_credits,
         replace(format('job refund: %s (monthly: +%s, addon: +%s)',
                        g.job_id, g.monthly_deducted, g.addon_deducted), ' +0', ' 0')
    from given g
)
select g.job_id, g.id as profile_id, 'refunded' as state,
       g.monthly_deducted + g.addon_deducted as amount, g.monthly_deducted as monthly_refunded,
       g.addon_deducted as addon_refunded, 0::bigint as monthly_lapsed, 0::bigint as addon_lapsed,
       0::bigint as monthly_revoked, 0::bigint as addon_revoked,
       g.credits_remaining + g.addon_credits - g.monthly_deducted - g.addon_deducted
         as previous_balance, g.credits_remaining + g.addon_credits as new_balance,
       g.seq, false as replayed, 'recorded' as breakdown_source
  from given g;
