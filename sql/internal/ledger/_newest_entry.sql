-- _newest_entry: the newest ledger row of a profile.

create or replace function credits._newest_entry(profile_id uuid)
returns credits.ledger
language sql stable
as $$
  select l.*
    from credits.profiles p
    join credits.ledger l on l.profile_id = p.id and l.seq = p.seq
   where p.id = _newest_entry.profile_id
$$;
