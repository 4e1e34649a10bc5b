-- _without_moved: the profiles of a batch of returns that can be planned together: without those
-- whose credits were moved, and without all their successors, since what comes back to the ones
-- goes on to the others. Their elements are made one by one, in their order, by their single calls.
-- profiles: by ascending id, as the caller has locked them.

create or replace function credits._without_moved(profiles credits.profiles[])
returns credits.profiles[]
language plpgsql stable
as $$
declare
  v_moved uuid[];
begin
  if not exists (select from unnest(_without_moved.profiles) p where p.closed_at is not null) then
    return _without_moved.profiles;
  end if;
  v_moved := array(
    with recursive moved (id) as (
      select p.id
        from unnest(_without_moved.profiles) p
        join credits.moves m on m.profile_id = p.id
       where p.closed_at is not null
       union
      select m.to_profile_id from moved join credits.moves m on m.profile_id = moved.id
    )
    select moved.id from moved);
  return array(
    select p from unnest(_without_moved.profiles) p where p.id <> all (v_moved) order by p.id);
end
$$;
