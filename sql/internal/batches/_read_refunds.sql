-- _read_refunds: the elements of a batch of refunds, in their order. Values are read as the server
-- reads JSON into columns; null and a key left out are the same.
-- Raises: PT400 missing_argument, invalid_batch; PT413 batch_too_large.

create or replace function credits._read_refunds(refunds jsonb)
returns credits._refund_request[]
language plpgsql stable
as $$
declare
  c_keys constant text[] := array['job_id', 'amount', 'refund_id', 'reason', 'profile_id'];
  v_requests credits._refund_request[];
begin
  perform credits._check_batch('refunds', _read_refunds.refunds, c_keys);
  begin
    v_requests := array(
      select row(r.position, r.job_id, r.amount, r.refund_id, r.reason,
                 r.profile_id)::credits._refund_request
        from rows from (
               jsonb_to_recordset(_read_refunds.refunds)
                 as (job_id uuid, amount bigint, refund_id text, reason text, profile_id uuid)
             ) with ordinality r (job_id, amount, refund_id, reason, profile_id, position)
       order by r.position);
  exception when data_exception then
    perform credits._check_batch_values(
      'refunds', _read_refunds.refunds, c_keys, array['uuid', 'bigint', 'text', 'text', 'uuid']);
  end;
  assert v_requests is not null;
  return v_requests;
end
$$;
