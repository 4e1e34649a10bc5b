-- _ask_for_topup: closes the open request for credits that a grant has answered, and makes one
-- where a balance asks for it: one at a time, so many a month, none while they are paused.
-- alert: of the profile, with a rule for top-ups. The caller holds the profile's lock.
-- Writes: topups, events.

create or replace function credits._ask_for_topup(alert credits.alerts)
returns void
language plpgsql volatile
as $$
declare
  v_alert constant credits.alerts := _ask_for_topup.alert;
  v_now constant timestamptz := credits._now();
  v_profile credits.profiles;
  v_month record;
  v_reference text;
begin
  perform credits._close_topup(v_alert.profile_id);
  select p.* into strict v_profile from credits.profiles p where p.id = v_alert.profile_id;
  if v_profile.credits_remaining + v_profile.addon_credits >= v_alert.topup_below
     or v_profile.closed_at is not null
     or v_alert.topup_paused_until > v_now then
    return;
  end if;
  select coalesce(max(t.number), 0) as newest,
         coalesce(bool_or(t.state = 'open'), false) as is_open,
         count(*) filter (where date_trunc('month', t.requested_at, 'UTC')
                                = date_trunc('month', v_now, 'UTC')) as requests
    into v_month
    from credits.topups t
   where t.profile_id = v_profile.id;
  if v_month.is_open or v_month.requests >= v_alert.topups_a_month then
    return;
  end if;
  v_reference := format('topup-%s-%s', v_profile.id, v_month.newest + 1);
  insert into credits.topups (profile_id, number, seq, amount, requested_at, state, reference)
  values (v_profile.id, v_month.newest + 1, v_profile.seq, v_alert.topup_amount, v_now, 'open',
          v_reference);
  perform credits._write_event(
    v_alert, v_profile.seq, 'topup.requested', v_reference, greatest(v_now, v_profile.changed_at),
    jsonb_build_object('reference', v_reference, 'amount', v_alert.topup_amount,
                       'balance', v_profile.credits_remaining + v_profile.addon_credits));
end
$$;
