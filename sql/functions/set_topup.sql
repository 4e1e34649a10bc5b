-- set_topup: asks for credits when a balance falls below a limit: an event topup.requested says
-- under which reference. Somebody else charges the customer, and answers with grant_addon under
-- that reference, or with decline_topup.
-- Promises: one request at a time, whatever the number of callers, and so many a month. What else
--   is told of the profile stays as it is, also when settings change.
-- Parameters: profile_id: which; below: credits are asked for when the balance is below this, 1 or
--   more, or null for never; amount: how many; a_month: how many requests in a calendar month (UTC)
--   at most, 1 to 1000. amount and a_month are not read when below is null.
-- Result: alert, as it is now. Where the balance is below the limit already, a request is made.
-- Locks: profile.
-- Reads: profiles, settings, packs. Writes: alerts, topups, events, profiles.
-- Raises: PT400 missing_argument, invalid_amount; PT404 profile_not_found; PT410 profile_closed.
-- Replay: what is set already changes nothing. An open request stays open. A pause is over: set the
--   rule again when the customer has another card.

create or replace function credits.set_topup(
  profile_id uuid,
  below bigint,
  amount bigint default null,
  a_month bigint default 10
)
returns credits.alert
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_profile credits.profiles;
  v_alert credits.alerts;
begin
  perform credits._check_present('profile_id', set_topup.profile_id is not null);
  if set_topup.below is not null then
    perform credits._check_amount('below', set_topup.below, 1);
    perform credits._check_amount('amount', set_topup.amount, 1);
    perform credits._check_amount('a_month', set_topup.a_month, 1, 1000);
  end if;

  v_profile := credits._bring_up_to_date(credits._lock_profile(set_topup.profile_id));
  if v_profile.closed_at is not null and set_topup.below is not null then
    perform credits._refuse_closed();
  end if;
  select a.* into v_alert from credits.alerts a where a.profile_id = v_profile.id;
  if set_topup.below is null and v_alert.topup_below is null then -- there is nothing to end
    v_alert.profile_id := v_profile.id;
    v_alert.kinds := coalesce(v_alert.kinds, array[]::text[]);
    v_alert.low := coalesce(v_alert.low, false);
    v_alert.depleted := coalesce(v_alert.depleted, false);
    v_alert.is_default := coalesce(v_alert.is_default, true);
    return credits._alert_row(v_alert);
  end if;
  if v_alert.profile_id is null or v_alert.is_default
     or 'topup.requested' <> all (v_alert.kinds) then
    v_alert := credits._watch(
      v_profile, v_alert.low_balance,
      array(select distinct k from unnest(v_alert.kinds || 'topup.requested'::text) k order by k),
      false);
  end if;
  update credits.alerts a
     set topup_below = set_topup.below,
         topup_amount = case when set_topup.below is not null then set_topup.amount end,
         topup_paused_until = null,
         topups_a_month = case when set_topup.below is not null then set_topup.a_month end
   where a.profile_id = v_profile.id
  returning a.* into v_alert;
  if v_alert.topup_below is not null then
    perform credits._ask_for_topup(v_alert);
  end if;
  return credits._alert_row(v_alert);
end
$$;

comment on function credits.set_topup(uuid, bigint, bigint, bigint) is
  'Asks for credits, by an event, when the balance of a profile falls below a limit. Somebody else '
  'charges for them.';
