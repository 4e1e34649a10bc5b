-- _read_settlements: the elements of a batch of settlements, in their order. Values are read as the
-- server reads JSON into columns; null and a key left out are the same.
-- Raises: PT400 missing_argument, invalid_batch; PT413 batch_too_large.

create or replace function credits._read_settlements(settlements jsonb)
returns credits._settlement_request[]
language plpgsql stable
as $$
declare
  c_keys constant text[] := array['job_id', 'actual_cost', 'overage', 'profile_id'];
  v_requests credits._settlement_request[];
begin
  perform credits._check_batch('settlements', _read_settlements.settlements, c_keys);
  begin
    v_requests := array(
      select row(s.position, s.job_id, s.actual_cost, coalesce(s.overage, 'cap'),
                 s.profile_id)::credits._settlement_request
        from rows from (
               jsonb_to_recordset(_read_settlements.settlements)
                 as (job_id uuid, actual_cost bigint, overage text, profile_id uuid)
             ) with ordinality s (job_id, actual_cost, overage, profile_id, position)
       order by s.position);
  exception when data_exception then
    perform credits._check_batch_values(
      'settlements', _read_settlements.settlements, c_keys,
      array['uuid', 'bigint', 'text', 'uuid']);
  end;
  assert v_requests is not null;
  return v_requests;
end
$$;
