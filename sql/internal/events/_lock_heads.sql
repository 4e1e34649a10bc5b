-- _lock_heads: the first open events of these profiles, of those that are due and were not handed
-- out too often, longest due first, locked. What another session has locked is skipped.
-- at: now. at_most: how many.
-- Reads: settings.

create or replace function credits._lock_heads(
  profile_ids uuid[],
  at timestamptz,
  at_most bigint
)
returns credits.events[]
language sql volatile
as $$
  select coalesce(array_agg(h.event), '{}')
    from (
      select e as event
        from unnest(_lock_heads.profile_ids) i (id)
       cross join lateral (
         select f.seq, f.kind, f.subject
           from credits.events f
          where f.profile_id = i.id
            and f.finished_at is null
            and f.set_aside_at is null
          order by f.occurred_at, f.seq, f.kind, f.subject
          limit 1) f
        join credits.events e
          on (e.profile_id, e.seq, e.kind, e.subject) = (i.id, f.seq, f.kind, f.subject)
       where e.due_at <= _lock_heads.at
         and e.finished_at is null
         and e.set_aside_at is null
         and e.attempts < (select s.event_attempts from credits.settings s where s.only_row)
       order by e.due_at
       limit _lock_heads.at_most
         for update of e skip locked) h
$$;
