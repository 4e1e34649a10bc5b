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
language plpgsql immutable
as $$
declare
  v_reservation credits.reservation;
begin
  v_reservation.job_id := _reservation_row.job_id;
  v_reservation.profile_id := _reservation_row.profile_id;
  v_reservation.state := _reservation_row.state;
  v_reservation.cost := _reservation_row.cost;
  v_reservation.monthly_deducted := _reservation_row.monthly;
  v_reservation.addon_deducted := _reservation_row.cost - _reservation_row.monthly;
  v_reservation.previous_balance := _reservation_row.new_balance + _reservation_row.cost;
  v_reservation.new_balance := _reservation_row.new_balance;
  v_reservation.seq := _reservation_row.seq;
  v_reservation.replayed := _reservation_row.replayed;
  v_reservation.hold_expires_at := _reservation_row.hold_expires_at;
  return v_reservation;
end
$$;
