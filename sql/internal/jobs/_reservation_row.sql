-- _reservation_row: the answer of a reservation: what the job took from each bucket, and the
-- balances around that.

create or replace function credits._reservation_row(
  job_id uuid,
  profile_id uuid,
  state text,
  cost bigint,
  monthly bigint,
  new_balance bigint,
  seq bigint,
  replayed boolean,
  hold_expires_at timestamptz
)
returns credits.reservation
language sql immutable
as $$
  select row(
    _reservation_row.job_id,
    _reservation_row.profile_id,
    _reservation_row.state,
    _reservation_row.cost,
    _reservation_row.monthly,
    _reservation_row.cost - _reservation_row.monthly,
    _reservation_row.hold_expires_at,
    _reservation_row.new_balance + _reservation_row.cost,
    _reservation_row.new_balance,
    _reservation_row.seq,
    _reservation_row.replayed
  )::credits.reservation
$$;
