-- _find_pack_faults: findings about packs and deadlines: the addon bucket covers its packs; a pack
-- has no more than was neither drawn from it nor lapsed; draws know whether theirs is early, and a
-- profile never has a later deadline than its packs and holds have. What draws say of their job is
-- in _find_job_faults.

create or replace function credits._find_pack_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  select 'error', p.id, null::uuid, f.rule, f.expected, f.found
    from credits.profiles p
   cross join lateral (
     select coalesce(sum(k.remaining), 0) as remaining, min(k.expires_at) as expires_at,
            coalesce(bool_or(credits._is_early(k.priority)), false) as early
       from credits.packs k
      where k.profile_id = p.id
        and k.remaining > 0
   ) k
   cross join lateral (
     select min(j.hold_due_at) as due_at
       from credits.jobs j
      where j.profile_id = p.id
        and j.hold_due_at is not null
   ) h
   cross join lateral (values
     ('addon bucket covers its packs', p.addon_credits + p.overdraft_limit >= k.remaining,
      format('at least %s', k.remaining), (p.addon_credits + p.overdraft_limit)::text),
     ('profile knows its next pack expiry',
      k.expires_at is null or p.next_pack_expiry <= k.expires_at is true,
      format('at most %s', k.expires_at), p.next_pack_expiry::text),
     ('profile knows that it has early packs', p.early_packs or not k.early, 'true', 'false'),
     ('profile knows its next hold expiry',
      h.due_at is null or p.next_hold_expiry <= h.due_at is true,
      format('at most %s', h.due_at), p.next_hold_expiry::text)
   ) f (rule, holds, expected, found)
   where p.id = any (_find_pack_faults.profile_ids)
     and not f.holds
  union all
  select 'error', k.profile_id, null::uuid, 'pack has no more than was neither drawn nor lapsed',
         format('at most %s', k.amount - k.lapsed - d.held), k.remaining::text
    from (
      select d.profile_id, d.pack_seq, sum(d.amount - d.returned) as held
        from credits.pack_draws d
       where d.profile_id = any (_find_pack_faults.profile_ids)
       group by d.profile_id, d.pack_seq
    ) d
    join credits.packs k on k.profile_id = d.profile_id and k.seq = d.pack_seq
   where k.remaining > k.amount - k.lapsed - d.held -- corrections, revocations and moves take more
  union all
  select 'error', d.profile_id, d.job_id, 'draw knows whether its pack is early',
         credits._is_early(k.priority)::text, d.early::text
    from credits.pack_draws d
    join credits.packs k on k.profile_id = d.profile_id and k.seq = d.pack_seq
   where d.profile_id = any (_find_pack_faults.profile_ids)
     and d.early <> credits._is_early(k.priority)
$$;
