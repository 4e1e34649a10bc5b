-- _watch: sets what is told of a profile from now on. That it is low or depleted already is not
-- told: only what happens from now on is. Of no kinds nothing is remembered either.
-- profile: as the caller has locked it and brought it up to date.
-- Writes: alerts, profiles, packs.

create or replace function credits._watch(
  profile credits.profiles,
  low_balance bigint,
  kinds text[],
  is_default boolean
)
returns credits.alerts
language plpgsql volatile
as $$
declare
  v_profile constant credits.profiles := _watch.profile;
  v_balance constant bigint := v_profile.credits_remaining + v_profile.addon_credits;
  v_watched constant boolean := cardinality(_watch.kinds) > 0;
  v_low boolean := v_watched and coalesce(v_balance < _watch.low_balance, false);
  v_depleted boolean := v_watched and v_balance < 1;
  v_alert credits.alerts;
begin
  select a.* into v_alert from credits.alerts a where a.profile_id = v_profile.id;
  if v_watched and cardinality(v_alert.kinds) > 0 then -- what was told is not told again
    v_depleted := v_alert.depleted;
    if v_alert.low_balance is not distinct from _watch.low_balance then
      v_low := v_alert.low;
    end if;
  end if;
  insert into credits.alerts as a (
    profile_id, low_balance, since_seq, is_default, low, depleted, since_low, since_depleted,
    notice_before, kinds)
  select v_profile.id, _watch.low_balance, v_profile.seq, _watch.is_default, v_low, v_depleted,
         v_low, v_depleted, s.notice_before, _watch.kinds
    from credits.settings s
   where s.only_row
  on conflict on constraint alerts_pkey do update
     set low_balance = excluded.low_balance,
         since_seq = excluded.since_seq,
         is_default = excluded.is_default,
         low = excluded.low,
         depleted = excluded.depleted,
         since_low = excluded.since_low,
         since_depleted = excluded.since_depleted,
         notice_before = excluded.notice_before,
         kinds = excluded.kinds
  returning a.* into v_alert;
  update credits.profiles p
     set watched = v_watched
   where p.id = v_profile.id;
  if v_profile.next_pack_expiry is not null then
    perform credits._plan_notices(array[v_profile.id]);
  end if;
  return v_alert;
end
$$;
