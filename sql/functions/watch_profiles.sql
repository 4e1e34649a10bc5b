-- watch_profiles: applies what settings say of events to profiles that are there already, page by
-- page; new ones have it from the start. Those with an alert of their own are left alone.
-- Parameters: after_id: profiles after this one, in the order of their ids; null for the first;
--   batch_size: how many of them to look at, 1 to 1000.
-- Result: the last profile of the page; null where there is none after after_id.
-- Locks: profiles, by ascending id.
-- Reads: profiles, settings, packs. Writes: alerts, profiles, packs.
-- Raises: PT400 missing_argument, invalid_amount.
-- Replay: what is set already changes nothing.

create or replace function credits.watch_profiles(
  after_id uuid default null,
  batch_size bigint default 200
)
returns uuid
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_settings credits.settings;
  v_profile_id uuid;
begin
  perform credits._check_amount('batch_size', watch_profiles.batch_size, 1, 1000);
  select s.* into strict v_settings from credits.settings s;
  for v_profile_id in
    select p.id
      from credits.profiles p
     where p.id >= coalesce(watch_profiles.after_id, '00000000-0000-0000-0000-000000000000')
       and p.id is distinct from watch_profiles.after_id
     order by p.id
     limit watch_profiles.batch_size
  loop
    if exists (select from credits.alerts a
                where a.profile_id = v_profile_id
                  and (not a.is_default
                       or a.kinds = v_settings.event_kinds
                          and a.low_balance is not distinct from v_settings.low_balance
                          and a.notice_before = v_settings.notice_before))
       or v_settings.event_kinds = '{}'
          and not exists (select from credits.alerts a where a.profile_id = v_profile_id) then
      continue;
    end if;
    perform credits._watch(
      credits._bring_up_to_date(credits._lock_profile(v_profile_id)), v_settings.low_balance,
      v_settings.event_kinds, true);
  end loop;
  return v_profile_id;
end
$$;

comment on function credits.watch_profiles(uuid, bigint) is
  'Applies what settings say of events to profiles that are there already, page by page.';
