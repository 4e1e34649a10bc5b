-- _load_limits: the limits of a profile as a whole, and those of some spenders.

create or replace function credits._load_limits(profile_id uuid, spenders text[])
returns credits.limits[]
language sql stable
as $$
  select array(
    select l
      from credits.limits l
     where l.profile_id = _load_limits.profile_id
       and l.spender = any (array_append(_load_limits.spenders, ''))
     order by l.spender collate "C", l.window_name collate "C")
$$;
