-- _find_limit_faults: findings about limits: one counts what jobs drew in its window and have not
-- given back, its window is one of its calendar and has begun, and its profile knows that it has
-- limits. A clock that was set back, as by a failover to a server whose clock is behind, leaves a
-- window ahead of it: that is a warning.

create or replace function credits._find_limit_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  select f.severity, p.id, null::uuid,
         format('limit of %s per %s: %s', coalesce(nullif((k.spend_limit).spender, ''),
                'the profile'), (k.spend_limit).window_name, f.rule), f.expected, f.found
    from (
      select l.profile_id, min(l.since_seq) as since_seq
        from credits.limits l
       where l.profile_id = any (_find_limit_faults.profile_ids)
       group by l.profile_id
    ) o
    join credits.profiles p on p.id = o.profile_id and p.id = any (_find_limit_faults.profile_ids)
   cross join lateral (
     with drawn as materialized ( -- once, not for each limit
       select d.spender, d.seq, d.held
         from credits._counted_draws(o.profile_id, o.since_seq) d
     )
     select l as spend_limit,
            credits._window_of(l.window_name, l.time_zone, l.window_start) as known_window,
            (select coalesce(sum(d.held), 0)
               from drawn d
              where d.seq > l.since_seq
                and credits._limits_spender(l.spender, d.spender)) as spent
       from credits.limits l
      where l.profile_id = o.profile_id
   ) k
   cross join lateral (values
     ('error', 'it counts what jobs drew in its window', k.spent::text,
      (k.spend_limit).spent::text),
     ('error', 'its window begins where the calendar says', (k.known_window).window_start::text,
      (k.spend_limit).window_start::text),
     ('error', 'its window ends where the calendar says', (k.known_window).resets_at::text,
      (k.spend_limit).resets_at::text),
     ('warning', 'its window has begun', 'true',
      ((k.spend_limit).window_start > greatest(p.changed_at, credits._now()) is not true)::text),
     ('error', 'its profile knows that it has limits', 'true', p.limited::text)
   ) f (severity, rule, expected, found)
   where f.expected is distinct from f.found
$$;
