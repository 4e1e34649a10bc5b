-- watch_profiles: applies what settings say of events to profiles that are there already, page by
-- page; new ones have it from the start. Those with an alert of their own are left alone.
-- Promises: who calls it page by page until it returns null has reached every profile that was
--   there.
-- Parameters: after_id: profiles after this one, in the order of their ids, or null for the first
--   page; batch_size: how many of them to look at, 1 to 1000.
-- Result: the last profile of the page; null where there is none after after_id.
-- Locks: profiles, by ascending id, those alone for which settings say something else.
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
  v_page uuid[];
  v_stale uuid[];
  v_profile_id uuid;
begin
  perform credits._check_amount('batch_size', watch_profiles.batch_size, 1, 1000);
  select s.* into strict v_settings from credits.settings s where s.only_row;
  v_page := array(
    select p.id
      from credits.profiles p
     where p.id >= coalesce(watch_profiles.after_id, '00000000-0000-0000-0000-000000000000')
       and p.id is distinct from watch_profiles.after_id
     order by p.id
     limit watch_profiles.batch_size);
  v_stale := credits._stale_alerts(v_page, v_settings);
  if cardinality(v_stale) > 0 then
    perform credits._lock_in_order(v_stale);
    foreach v_profile_id in array credits._stale_alerts(v_stale, v_settings) loop
      perform credits._watch( -- each again: one may have moved credits to the next
        credits._bring_up_to_date(credits._lock_profile(v_profile_id)), v_settings.low_balance,
        v_settings.event_kinds, true);
    end loop;
  end if;
  return v_page[cardinality(v_page)];
end
$$;

comment on function credits.watch_profiles(uuid, bigint) is
  'Applies what settings say of events to profiles that are there already, page by page.';
