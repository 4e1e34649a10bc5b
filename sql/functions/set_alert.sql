-- set_alert: sets what is told of a profile, in place of what settings say.
-- Promises: what happens from now on is told, each thing once. That a balance is low already is not.
-- Parameters: profile_id: which; low_balance: credits.low is told when the balance falls below this,
--   in credits, 1 or more, or null for never; kinds: which events are told, none for an empty
--   array, or null for those of settings.
-- Result: alert, as it is now.
-- Locks: profile.
-- Reads: profiles, settings, packs. Writes: alerts, profiles, packs.
-- Raises: PT400 missing_argument, invalid_amount, invalid_option; PT404 profile_not_found.
-- Replay: what is set already changes nothing.

create or replace function credits.set_alert(
  profile_id uuid,
  low_balance bigint default null,
  kinds text[] default null
)
returns credits.alert
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_kinds text[] := set_alert.kinds;
  v_profile credits.profiles;
  v_alert credits.alerts;
begin
  perform credits._check_present('profile_id', set_alert.profile_id is not null);
  if set_alert.low_balance is not null then
    perform credits._check_amount('low_balance', set_alert.low_balance, 1);
  end if;
  perform credits._check_event_kinds(set_alert.kinds);

  v_profile := credits._bring_up_to_date(credits._lock_profile(set_alert.profile_id));
  if v_kinds is null then
    select s.event_kinds into strict v_kinds from credits.settings s;
  end if;
  select a.* into v_alert from credits.alerts a where a.profile_id = v_profile.id;
  if v_alert.topup_below is not null and 'topup.requested' <> all (v_kinds) then
    v_kinds := v_kinds || 'topup.requested'::text;
  end if;
  v_kinds := array(select distinct k from unnest(v_kinds) k order by k);
  if v_alert.is_default or v_alert.profile_id is null
     or v_alert.low_balance is distinct from set_alert.low_balance or v_alert.kinds <> v_kinds then
    v_alert := credits._watch(v_profile, set_alert.low_balance, v_kinds, false);
  end if;
  return credits._alert_row(v_alert);
end
$$;

comment on function credits.set_alert(uuid, bigint, text[]) is
  'Sets what is told of a profile, in place of what settings say: below which balance it is low, '
  'and which events.';
