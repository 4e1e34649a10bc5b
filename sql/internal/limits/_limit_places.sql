-- _limit_places: the places of those limits that are about what a spender spends. A batch may know
-- those of many spenders, so they are not gone through one by one.
-- Pure. spender: null where nobody was named.

create or replace function credits._limit_places(limits credits.limits[], spender text)
returns integer[]
language sql immutable
as $$
  select array(
    select l.place::integer
      from unnest(_limit_places.limits)
             with ordinality l (profile_id, amount, spent, since_seq, window_start, resets_at,
                                spender, window_name, time_zone, place)
     where credits._limits_spender(l.spender, _limit_places.spender)
     order by l.place)
$$;
