-- B: the rows of :batch reservations as one bare statement. It checks nothing, and knows beforehand
-- that the monthly buckets pay. Profiles are locked in their order, or it would deadlock.
\set low :first + :client_id * :step
with given as materialized (
  select ('00000000-0000-4000-8000-' || (:low + floor(random() * :width))::bigint)::uuid
           as profile_id,
         gen_random_uuid() as job_id, 1 + n % 9 as cost, n
    from generate_series(1, :batch) n
), locked as materialized (
  select p.id
    from credits.profiles p
   where p.id in (select g.profile_id from given g)
   order by p.id
     for no key update
), spent as (
  update credits.profiles p
     set credits_remaining = p.credits_remaining - s.cost,
         seq = p.seq + s.jobs,
         changed_at = greatest(clock_timestamp(), p.changed_at)
    from (select l.id, sum(g.cost)::bigint as cost, count(*) as jobs
            from locked l
            join given g on g.profile_id = l.id
           group by l.id) s
   where p.id = s.id
  returning p.id, p.seq - s.jobs as seq, p.credits_remaining + s.cost as credits_remaining,
            p.addon_credits, p.period_start, p.changed_at
), plan as materialized (
  select g.job_id, g.cost, s.id as profile_id, s.seq + row_number() over so_far as seq,
         s.credits_remaining - (sum(g.cost) over so_far)::bigint as monthly_balance,
         s.addon_credits, s.period_start, s.changed_at, g.n
    from given g
    join spent s on s.id = g.profile_id
  window so_far as (partition by g.profile_id order by g.n)
), job as (
  insert into credits.jobs (id, profile_id, state, reserved_cost, monthly_deducted, addon_deducted,
                            reserve_seq, period_start, created_at, meta_json)
  select p.job_id, p.profile_id, 'reserved', p.cost, p.cost, 0, p.seq, p.period_start,
         p.changed_at,
         jsonb_build_object('credit_cost', p.cost, 'credits_deducted', true,
                            'monthly_deducted', p.cost, 'addon_deducted', 0)
    from plan p
), entry as (
  insert into credits.ledger (profile_id, seq, ts, kind, job_id, monthly_delta, addon_delta,
                              monthly_balance, addon_balance, reason)
  select p.profile_id, p.seq, p.changed_at, 'reserve', p.job_id, -p.cost, 0, p.monthly_balance,
         p.addon_credits, format('job reserve: %s (monthly: -%s, addon: %s)', p.job_id, p.cost, 0)
    from plan p
)
select p.n, p.job_id, p.profile_id, 'reserved' as state, p.cost, p.cost as monthly_deducted,
       0::bigint as addon_deducted, null::timestamptz as hold_expires_at,
       p.monthly_balance + p.addon_credits + p.cost as previous_balance,
       p.monthly_balance + p.addon_credits as new_balance, p.seq, false as replayed
  from plan p;
