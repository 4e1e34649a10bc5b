-- _limit_reason: the reason of the ledger row that says that a limit was set. note: why.

create or replace function credits._limit_reason(spend_limit credits.limits, note text)
returns text
language sql immutable
as $$
  select format(
    'limit of %s: %s%s%s: %s',
    coalesce(nullif((spend_limit).spender, ''), 'the profile'),
    coalesce((spend_limit).amount::text, 'none'),
    case (spend_limit).window_name when 'total' then ' in total'
                                   else ' per ' || (spend_limit).window_name end,
    ', ' || (spend_limit).time_zone, _limit_reason.note)
$$;
