-- _find_ledger_faults: findings about profiles and their ledger: seq without a gap, ts never
-- descending, each balance the previous one plus its delta, grants and moves recorded as their rows
-- say, and the profile as its newest row says.
-- A balance that JSON does not keep exactly is a warning: credits that come back may lift it.

create or replace function credits._find_ledger_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  with entry as (
    select l.profile_id, l.job_id, l.seq, l.ts, l.monthly_balance, l.addon_balance,
           l.monthly_delta, l.addon_delta, l.kind,
           lag(l.seq, 1, 0::bigint) over w as previous_seq,
           lag(l.ts, 1, l.ts) over w as previous_ts,
           lag(l.monthly_balance, 1, 0::bigint) over w as previous_monthly,
           lag(l.addon_balance, 1, 0::bigint) over w as previous_addon
      from credits.ledger l
     where l.profile_id = any (_find_ledger_faults.profile_ids)
    window w as (partition by l.profile_id order by l.seq)
  ), broken as (
    select e.profile_id, e.job_id,
           array_remove(array[
             credits._fault('ledger seq has no gap', e.previous_seq + 1, e.seq),
             credits._fault('ledger ts never descends', greatest(e.previous_ts, e.ts), e.ts),
             credits._fault('ledger monthly balance is the previous one plus the delta',
                            e.previous_monthly + e.monthly_delta, e.monthly_balance),
             credits._fault('ledger addon balance is the previous one plus the delta',
                            e.previous_addon + e.addon_delta, e.addon_balance)
           ], null)
           || case when e.kind = any ('{grant,move}'::text[])
                then array(select f from credits._record_faults(e.profile_id, e.seq) f)
              end as faults
      from entry e
    offset 0 -- so that a sound row costs no more than this
  )
  select 'error', b.profile_id, b.job_id, f.rule, f.expected, f.found
    from broken b
   cross join unnest(b.faults) f
   where cardinality(b.faults) > 0
  union all
  select 'error', p.id, null::uuid, f.rule, f.expected, f.found
    from credits.profiles p
    left join lateral (
      select l.seq, l.ts, l.monthly_balance, l.addon_balance
        from credits.ledger l
       where l.profile_id = p.id
       order by l.seq desc
       limit 1
    ) l on true
   cross join lateral (values
     ('profile seq is the newest ledger row', coalesce(l.seq, 0)::text, p.seq::text),
     ('profile changed_at is the ts of the newest ledger row', l.ts::text, p.changed_at::text),
     ('monthly bucket is the newest ledger balance',
      coalesce(l.monthly_balance, 0)::text, p.credits_remaining::text),
     ('addon bucket is the newest ledger balance',
      coalesce(l.addon_balance, 0)::text, p.addon_credits::text)
   ) f (rule, expected, found)
   where p.id = any (_find_ledger_faults.profile_ids)
     and f.expected is distinct from f.found
  union all
  select 'warning', p.id, null::uuid, 'balance within the range that JSON keeps exactly',
         'at most 9007199254740991', (p.credits_remaining + p.addon_credits)::text
    from credits.profiles p
   where p.id = any (_find_ledger_faults.profile_ids)
     and p.credits_remaining + p.addon_credits > 9007199254740991
$$;
