-- _bring_up_to_date: processes a profile's overdue holds and packs, so that no result depends on
-- when a sweeper runs.
-- profile: as the caller has locked it. Returns the profile as it is then.

create or replace function credits._bring_up_to_date(profile credits.profiles)
returns credits.profiles
language plpgsql volatile
as $$
declare
  v_profile alias for profile; -- not a copy, which would cost as much as a statement
begin
  if v_profile.next_hold_expiry is null and v_profile.next_pack_expiry is null then
    return v_profile;
  end if;
  if least(v_profile.next_hold_expiry, v_profile.next_pack_expiry) > credits._now() then
    return v_profile;
  end if;
  return (credits._bring_all_up_to_date(array[v_profile]))[1];
end
$$;
