-- _alert_row: what is told of a profile, as a caller sees it.

create or replace function credits._alert_row(alert credits.alerts)
returns credits.alert
language sql immutable
as $$
  select row(
    (alert).profile_id, (alert).low_balance, (alert).kinds, (alert).low, (alert).depleted,
    (alert).is_default, (alert).topup_below, (alert).topup_amount, (alert).topups_a_month,
    (alert).topup_paused_until
  )::credits.alert
$$;
