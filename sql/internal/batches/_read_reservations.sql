-- _read_reservations: the elements of a batch of reservations, in their order. Values are read as
-- the server reads JSON into columns; null and a key left out are the same.
-- Raises: PT400 missing_argument, invalid_batch; PT413 batch_too_large.

create or replace function credits._read_reservations(reservations jsonb)
returns credits._reservation_request[]
language plpgsql stable
as $$
declare
  c_keys constant text[] := array['profile_id', 'job_id', 'cost', 'meta', 'hold_for'];
  v_requests credits._reservation_request[];
begin
  perform credits._check_batch('reservations', _read_reservations.reservations, c_keys);
  begin
    v_requests := array(
      select row(r.position, r.profile_id, r.job_id, r.cost, r.meta,
                 r.hold_for)::credits._reservation_request
        from rows from (
               jsonb_to_recordset(_read_reservations.reservations)
                 as (profile_id uuid, job_id uuid, cost bigint, meta jsonb, hold_for interval)
             ) with ordinality r (profile_id, job_id, cost, meta, hold_for, position)
       order by r.position);
  exception when data_exception then
    perform credits._check_batch_values(
      'reservations', _read_reservations.reservations, c_keys,
      array['uuid', 'uuid', 'bigint', 'jsonb', 'interval']);
  end;
  assert v_requests is not null;
  return v_requests;
end
$$;
