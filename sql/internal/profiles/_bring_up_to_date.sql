-- _bring_up_to_date: processes a profile's overdue holds and packs, so that no result depends on when
-- a sweeper runs. In portions, since what is planned is in memory.
-- profile: as the caller has locked it. Returns the profile as it is then.

create or replace function credits._bring_up_to_date(profile credits.profiles)
returns credits.profiles
language plpgsql volatile
as $$
declare
  v_profile credits.profiles := _bring_up_to_date.profile;
  v_now timestamptz;
begin
  if v_profile.next_hold_expiry is null and v_profile.next_pack_expiry is null then
    return v_profile;
  end if;
  v_now := credits._now();
  while least(v_profile.next_hold_expiry, v_profile.next_pack_expiry) <= v_now loop
    v_profile := (((credits._expire(v_profile, v_now, 10000)).purses)[1]).profile;
  end loop;
  return v_profile;
end
$$;
