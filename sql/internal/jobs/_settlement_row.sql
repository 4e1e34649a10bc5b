-- _settlement_row: the answer of settle_job: the job, and what settling it moved, which say the
-- same at any later time.

create or replace function credits._settlement_row(
  job credits.jobs,
  returned credits._returned,
  replayed boolean
)
returns credits.settlement
language sql immutable
as $$
  select row(
    (_settlement_row.job).id,
    (_settlement_row.job).profile_id,
    (_settlement_row.job).settled_cost,
    (_settlement_row.job).monthly_deducted,
    (_settlement_row.job).addon_deducted,
    (_settlement_row.job).shortfall,
    greatest((_settlement_row.returned).monthly, 0),
    greatest((_settlement_row.returned).addon, 0),
    (_settlement_row.returned).monthly_lapsed,
    (_settlement_row.returned).addon_lapsed,
    (_settlement_row.returned).monthly_revoked,
    (_settlement_row.returned).addon_revoked,
    (_settlement_row.job).settled_late,
    (_settlement_row.returned).previous_balance,
    (_settlement_row.returned).new_balance,
    (_settlement_row.returned).seq,
    _settlement_row.replayed
  )::credits.settlement
$$;
