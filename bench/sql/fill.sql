-- History for $2 profiles from number $1 on: $3 times two jobs of 5 credits each, of which the
-- second fails and is refunded. Three ledger rows and two jobs, as the functions write them, and
-- in the order in which customers would have made them: everybody's first job in random order,
-- then everybody's second, then the refunds. Carries on from where the profiles are.
with event as materialized (
  select p.id as profile_id, p.changed_at as since, p.addon_credits as addon, p.period_start, k.nth, e.step,
         p.seq + 3 * k.nth + e.step as seq,
         p.credits_remaining - 5 * (k.nth + case e.step when 2 then 2 else 1 end) as monthly,
         hashint8(n * 1000003 + p.seq + k.nth) as shuffle
    from generate_series($1::bigint, $1::bigint + $2::bigint - 1) n
    join credits.profiles p on p.id = ('00000000-0000-4000-8000-' || n)::uuid
   cross join generate_series(0, $3::bigint - 1) k (nth)
   cross join (values (1), (2), (3)) e (step)
), line as materialized (
  select e.*,
         e.since + (3 * e.nth + e.step) * interval '1 microsecond' as at,
         -- The refund is of the job before it.
         md5(e.profile_id || '/' || e.seq - case e.step when 3 then 1 else 0 end)::uuid as job_id
    from event e
   order by e.nth, e.step, e.shuffle
), job as (
  insert into credits.jobs (id, profile_id, state, reserved_cost, monthly_deducted, addon_deducted,
                            monthly_refunded, reserve_seq, closing_seq, period_start, created_at,
                            finished_at, meta_json)
  select l.job_id, l.profile_id, case l.step when 1 then 'reserved' else 'refunded' end,
         5, 5, 0, case l.step when 1 then 0 else 5 end,
         l.seq, case l.step when 2 then l.seq + 1 end, l.period_start, l.at,
         case l.step when 2 then l.at + interval '1 microsecond' end,
         jsonb_build_object('credit_cost', 5, 'credits_deducted', true,
                            'monthly_deducted', 5, 'addon_deducted', 0)
         || case l.step
              when 1 then '{}'
              else jsonb_build_object('credits_refunded', true,
                                      'monthly_refunded', 5, 'addon_refunded', 0)
            end
    from line l
   where l.step < 3
), entry as (
  insert into credits.ledger (profile_id, seq, ts, kind, job_id, monthly_delta, addon_delta,
                              monthly_balance, addon_balance, reason)
  select l.profile_id, l.seq, l.at, case l.step when 3 then 'refund' else 'reserve' end, l.job_id,
         case l.step when 3 then 5 else -5 end, 0, l.monthly, l.addon,
         case l.step
           when 3 then format('job refund: %s (monthly: +5, addon: 0)', l.job_id)
           else format('job reserve: %s (monthly: -5, addon: 0)', l.job_id)
         end
    from line l
), newest as (
  select l.profile_id, l.seq, l.at, l.monthly
    from line l
   where l.nth = $3::bigint - 1
     and l.step = 3
)
update credits.profiles p
   set credits_remaining = n.monthly,
       seq = n.seq,
       changed_at = n.at
  from newest n
 where p.id = n.profile_id
