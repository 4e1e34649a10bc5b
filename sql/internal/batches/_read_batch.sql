-- _read_batch: the elements of a batch, in their order. Values are read as the server reads JSON
-- into columns: null and a key left out are the same.
-- keys: the parameters of the single call, which are attributes of _batch_element.
-- Raises: PT400 missing_argument, invalid_batch; PT413 batch_too_large.

create or replace function credits._read_batch(parameter text, batch jsonb, keys text[])
returns credits._batch_element[]
language plpgsql stable
as $$
declare
  v_elements credits._batch_element[];
begin
  perform credits._check_batch(_read_batch.parameter, _read_batch.batch, _read_batch.keys);
  begin
    v_elements := array(
      select row(e.ordinality, e.profile_id, e.job_id, e.cost, e.meta, e.hold_for, e.actual_cost,
                 e.overage, e.amount, e.refund_id, e.reason, e.period_start, e.allowance,
                 e.rollover_cap, e.reference, e.expires_at, e.kind,
                 e.priority, e.spender)::credits._batch_element
        from jsonb_populate_recordset(null::credits._batch_element, _read_batch.batch)
             with ordinality e
       order by e.ordinality);
  exception when data_exception then
    perform credits._check_batch_values(
      _read_batch.parameter, _read_batch.batch, _read_batch.keys);
  end;
  assert v_elements is not null;
  return v_elements;
end
$$;
