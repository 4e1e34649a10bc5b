-- _watch_from_the_start: applies what settings say of events to a profile that was just made. Where
-- they say nothing, nothing is written.
-- Writes: alerts, profiles.

create or replace function credits._watch_from_the_start(profile_id uuid)
returns void
language sql volatile
as $$
  select credits._watch(p, s.low_balance, s.event_kinds, true)
    from credits.settings s
    join credits.profiles p on p.id = _watch_from_the_start.profile_id
   where s.only_row
     and s.event_kinds <> '{}'
$$;
