-- _load_due_packs: the packs that may lapse before so much is processed: what jobs drew from, which
-- is here already, and the first of those that are due. Not all that are due, as each lapse looks
-- through all that are here.

create or replace function credits._load_due_packs(
  profile_id uuid,
  packs credits.packs[],
  at timestamptz,
  at_most bigint
)
returns credits.packs[]
language sql stable
as $$
  select array(
    select k
      from credits.packs k
     where k.profile_id = _load_due_packs.profile_id
       and (k.seq = any (array(select d.seq from unnest(_load_due_packs.packs) d))
            or k.seq = any (array(select o.seq
                                    from credits.packs o
                                   where o.profile_id = _load_due_packs.profile_id
                                     and o.remaining > 0
                                     and o.expires_at <= _load_due_packs.at
                                   order by o.expires_at, o.seq
                                   limit _load_due_packs.at_most)))
     order by k.seq)
$$;
