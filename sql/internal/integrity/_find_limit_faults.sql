-- _find_limit_faults: findings about limits: one counts what jobs drew in its window and have not
-- given back, its window is one of its calendar, and its profile knows that it has limits.

create or replace function credits._find_limit_faults(profile_ids uuid[])
returns setof credits.finding
language sql stable
as $$
  with known as (
    select l as spend_limit, p.limited,
           credits._window_of(l.window_name, l.time_zone, l.window_start) as known_window
      from credits.limits l
      join credits.profiles p on p.id = l.profile_id
     where l.profile_id = any (_find_limit_faults.profile_ids)
       and p.id = any (_find_limit_faults.profile_ids)
  ), drawn as materialized ( -- once, not for each limit
    select o.profile_id, d.spender, d.seq, sum(d.held) as held
      from (select (k.spend_limit).profile_id, min((k.spend_limit).since_seq) as since_seq
              from known k
             group by (k.spend_limit).profile_id) o
     cross join lateral credits._counted_draws(o.profile_id, o.since_seq) d
     group by o.profile_id, d.spender, d.seq
  )
  select 'error', (k.spend_limit).profile_id, null::uuid,
         format('limit of %s per %s: %s', coalesce(nullif((k.spend_limit).spender, ''),
                'the profile'), (k.spend_limit).window_name, f.rule), f.expected, f.found
    from known k
   cross join lateral (values
     ('it counts what jobs drew in its window',
      (select coalesce(sum(d.held), 0)
         from drawn d
        where d.profile_id = (k.spend_limit).profile_id
          and d.seq > (k.spend_limit).since_seq
          and credits._limits_spender(k.spend_limit, d.spender))::text,
      (k.spend_limit).spent::text),
     ('its window begins where the calendar says', (k.known_window).window_start::text,
      (k.spend_limit).window_start::text),
     ('its window ends where the calendar says', (k.known_window).resets_at::text,
      (k.spend_limit).resets_at::text),
     ('its profile knows that it has limits', 'true', k.limited::text)
   ) f (rule, expected, found)
   where f.expected is distinct from f.found
$$;
