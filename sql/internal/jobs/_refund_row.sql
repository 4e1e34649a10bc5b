-- _refund_row: the answer of a return.

create or replace function credits._refund_row(
  job credits.jobs,
  returned credits._returned,
  replayed boolean
)
returns credits.refund
language sql immutable
as $$
  select row(
    (_refund_row.job).id,
    (_refund_row.job).profile_id,
    (_refund_row.job).state,
    (_refund_row.returned).monthly + (_refund_row.returned).addon,
    (_refund_row.returned).monthly,
    (_refund_row.returned).addon,
    (_refund_row.returned).monthly_lapsed,
    (_refund_row.returned).addon_lapsed,
    coalesce((_refund_row.returned).monthly_revoked, 0),
    coalesce((_refund_row.returned).addon_revoked, 0),
    coalesce((_refund_row.job).breakdown_source, 'recorded'),
    (_refund_row.returned).previous_balance,
    (_refund_row.returned).new_balance,
    (_refund_row.returned).seq,
    _refund_row.replayed
  )::credits.refund
$$;
