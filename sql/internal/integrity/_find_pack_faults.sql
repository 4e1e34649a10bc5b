-- _find_pack_faults: findings about packs and deadlines: the addon bucket covers its packs, jobs
-- drew from packs what their draws say, and a profile never has a later deadline than its packs and
-- holds have.

create or replace function credits._find_pack_faults(profile_id uuid)
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
   where p.id = coalesce(_find_pack_faults.profile_id, p.id)
     and not f.holds
  union all
  select 'error', j.profile_id, j.id, f.rule, f.expected, f.found
    from credits.jobs j
   cross join lateral (
     select coalesce(sum(d.amount), 0) as drawn, coalesce(sum(d.amount - d.returned), 0) as held
       from credits.pack_draws d
      where d.profile_id = j.profile_id
        and d.job_id = j.id
   ) d
   cross join lateral (values
     ('job drew from packs what its draws say', j.pack_deducted = d.drawn,
      d.drawn::text, j.pack_deducted::text),
     ('job holds the pack credits of its draws', j.addon_deducted - j.addon_refunded >= d.held,
      format('at least %s', d.held), (j.addon_deducted - j.addon_refunded)::text)
   ) f (rule, holds, expected, found)
   where j.profile_id = coalesce(_find_pack_faults.profile_id, j.profile_id)
     and not f.holds
  union all
  select 'error', d.profile_id, d.job_id, 'draw knows whether its pack is early',
         credits._is_early(k.priority)::text, d.early::text
    from credits.pack_draws d
    join credits.packs k on k.profile_id = d.profile_id and k.seq = d.pack_seq
   where d.profile_id = coalesce(_find_pack_faults.profile_id, d.profile_id)
     and d.early <> credits._is_early(k.priority)
$$;
