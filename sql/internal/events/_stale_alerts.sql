-- _stale_alerts: the profiles among these that do not have what settings say, in the order of their
-- ids. Those with an alert of their own are not among them.

create or replace function credits._stale_alerts(profile_ids uuid[], settings credits.settings)
returns uuid[]
language sql volatile
as $$
  select array(
    select i.id
      from unnest(_stale_alerts.profile_ids) i (id)
      left join credits.alerts a on a.profile_id = i.id
     where case
             when a.profile_id is null then (_stale_alerts.settings).event_kinds <> '{}'
             else a.is_default
                  and (a.kinds <> (_stale_alerts.settings).event_kinds
                       or a.low_balance is distinct from (_stale_alerts.settings).low_balance
                       or a.notice_before <> (_stale_alerts.settings).notice_before)
           end
     order by i.id)
$$;
