-- _refuse_refund_id: the refusal of a refund_id that was used with another amount.
-- Raises: PT409 reference_conflict.

create or replace function credits._refuse_refund_id(stored bigint, given bigint)
returns boolean
language plpgsql stable
as $$
begin
  raise exception using
    errcode = 'PT409',
    message = 'reference_conflict',
    detail = jsonb_build_object(
      'parameter', 'refund_id', 'stored', _refuse_refund_id.stored,
      'given', _refuse_refund_id.given),
    hint = 'This refund_id was used with another amount: use a new one for another refund.';
end
$$;
