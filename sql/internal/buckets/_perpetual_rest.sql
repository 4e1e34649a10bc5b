-- _perpetual_rest: what a profile's addon bucket holds beyond its packs; below zero in overdraft.

create or replace function credits._perpetual_rest(profile credits.profiles)
returns bigint
language plpgsql stable
as $$
begin
  return (_perpetual_rest.profile).addon_credits - (
    select coalesce(sum(k.remaining), 0)::bigint
      from credits.packs k
     where k.profile_id = (_perpetual_rest.profile).id
       and k.remaining > 0
  );
end
$$;
