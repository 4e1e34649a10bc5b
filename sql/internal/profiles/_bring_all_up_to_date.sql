-- _bring_all_up_to_date: processes the overdue holds and packs of profiles, in portions, since what
-- is planned is in memory. One line in the server's log tells of all holds that expired. What came
-- back to a profile that was moved follows it, which may change others of them.
-- profiles: as the caller has locked them. Returns the profiles as they are then.

create or replace function credits._bring_all_up_to_date(profiles credits.profiles[])
returns credits.profiles[]
language plpgsql volatile
as $$
declare
  v_now constant timestamptz := credits._now();
  v_profiles credits.profiles[] := _bring_all_up_to_date.profiles;
  v_profile credits.profiles;
  v_expired credits._plan;
  v_changes credits._change[];
  v_seq bigint;
  v_followed boolean := false; -- so any of them may have changed
begin
  for v_place in 1..coalesce(cardinality(v_profiles), 0) loop
    v_profile := v_profiles[v_place];
    if v_followed then
      select p.* into strict v_profile from credits.profiles p where p.id = v_profile.id;
    end if;
    v_seq := v_profile.seq;
    while least(v_profile.next_hold_expiry, v_profile.next_pack_expiry) <= v_now loop
      v_expired := credits._expire(
        v_profile, v_now,
        -- Between holds each lapse looks through all packs of the portion, each hold through the
        -- limits of all.
        case
          when v_profile.next_pack_expiry <= v_now or v_profile.limited then 500
          else 10000
        end);
      v_profile := (v_expired.purses[1]).profile;
      v_profiles[v_place] := v_profile;
      v_changes := v_changes || v_expired.changes;
    end loop;
    if v_profile.closed_at is not null and v_profile.seq > v_seq then
      perform credits._follow(v_profile.id);
      v_followed := true;
    end if;
  end loop;
  if v_followed then
    v_profiles := array(
      select p
        from unnest(v_profiles) with ordinality w
        join credits.profiles p on p.id = w.id
       order by w.ordinality);
  end if;
  if v_changes is not null then
    perform credits._log_expired(v_changes);
  end if;
  return v_profiles;
end
$$;
