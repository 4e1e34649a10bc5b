-- _find_import_faults: findings about imported profiles: the first ledger row carries what the
-- profile had, and the history is whole.

create or replace function credits._find_import_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  select 'error', p.profile_id, null::uuid, f.rule, f.expected, f.found
    from credits.legacy_profiles p
    left join credits.ledger l on l.profile_id = p.profile_id and l.seq = 1 and l.kind = 'open'
   cross join lateral (
     select count(*) as entries
       from credits.legacy_entries e
      where e.profile_id = p.profile_id
   ) e
   cross join lateral (values
     ('first ledger row carries what was imported',
      (coalesce(p.credits_remaining, 0) + coalesce(p.addon_credits, 0))::text,
      (l.monthly_delta + l.addon_delta)::text),
     ('imported history has all of its rows', p.entries::text, e.entries::text)
   ) f (rule, expected, found)
   where p.profile_id = any (_find_import_faults.profile_ids)
     and f.expected is distinct from f.found
$$;
