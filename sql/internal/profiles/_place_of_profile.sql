-- _place_of_profile: where a profile is among those whose ids these are, in ascending order; null
-- where it is not. Found by halves: with many profiles, = any would compare each with each.

create or replace function credits._place_of_profile(id uuid, ids uuid[])
returns integer
language sql immutable
as $$
  select case
           when _place_of_profile.ids[width_bucket(_place_of_profile.id, _place_of_profile.ids)]
                = _place_of_profile.id
             then width_bucket(_place_of_profile.id, _place_of_profile.ids)
         end
$$;
