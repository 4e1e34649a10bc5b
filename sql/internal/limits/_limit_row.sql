-- _limit_row: the answer about a limit. One that is not there any more has no amount.

create or replace function credits._limit_row(
  spend_limit credits.limits,
  replayed boolean
)
returns credits.limit_entry
language sql immutable
as $$
  select row(
    (spend_limit).profile_id, nullif((spend_limit).spender, ''), (spend_limit).window_name,
    (spend_limit).amount, (spend_limit).spent,
    greatest((spend_limit).amount - (spend_limit).spent,
             case when (spend_limit).amount is not null then 0 end),
    (spend_limit).window_start, (spend_limit).resets_at, (spend_limit).time_zone,
    _limit_row.replayed)::credits.limit_entry
$$;
