-- _tell: tells what ledger rows of a watched profile mean that have just been written.
-- after_seq: those after this one. The caller holds the profile's lock.
-- Writes: events, alerts, topups.

create or replace function credits._tell(profile_id uuid, after_seq bigint)
returns void
language plpgsql volatile
as $$
declare
  v_alert credits.alerts;
  v_crossing credits._crossing;
begin
  select a.* into strict v_alert from credits.alerts a where a.profile_id = _tell.profile_id;
  for v_crossing in
    select *
      from credits._crossings(v_alert, _tell.after_seq, v_alert.low, v_alert.depleted)
  loop
    if v_crossing.kind = 'credits.low' then
      v_alert.low := v_crossing.crossed;
    else
      v_alert.depleted := v_crossing.crossed;
    end if;
    if v_crossing.crossed then
      perform credits._write_event(
        v_alert, v_crossing.seq, v_crossing.kind, '', v_crossing.at,
        jsonb_build_object('balance', v_crossing.balance, 'low_balance', v_alert.low_balance));
    end if;
  end loop;
  if found then
    update credits.alerts a
       set low = v_alert.low,
           depleted = v_alert.depleted
     where a.profile_id = v_alert.profile_id;
  end if;
  if v_alert.topup_below is not null then
    perform credits._ask_for_topup(v_alert);
  elsif 'topup.requested' = any (v_alert.kinds) then -- there was a rule, and may be a request
    perform credits._close_topup(v_alert.profile_id);
  end if;
end
$$;
