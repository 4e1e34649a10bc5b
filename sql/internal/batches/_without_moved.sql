-- _without_moved: the profiles of a batch of returns that can be planned together: without those
-- whose credits were moved, and without their successors, since what comes back to the ones goes on
-- to the others. Their elements are made one by one, in their order, by their single calls.
-- profiles: by ascending id, as the caller has locked them.

create or replace function credits._without_moved(profiles credits.profiles[])
returns credits.profiles[]
language plpgsql stable
as $$
declare
  v_moves credits.moves[];
begin
  if not exists (select from unnest(_without_moved.profiles) p where p.closed_at is not null) then
    return _without_moved.profiles;
  end if;
  v_moves := array(
    select m
      from unnest(_without_moved.profiles) p
      join credits.moves m on m.profile_id = p.id
     where p.closed_at is not null);
  return array(
    select p
      from unnest(_without_moved.profiles) p
     where p.id <> all (array(select m.profile_id from unnest(v_moves) m))
       and p.id <> all (array(select m.to_profile_id from unnest(v_moves) m))
     order by p.id);
end
$$;
