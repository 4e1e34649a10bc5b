-- _refuse_refund_id: the refusal of a refund_id that was used with another amount.
-- Raises: PT409 reference_conflict.

create or replace function credits._refuse_refund_id(stored bigint, given bigint)
returns boolean
language plpgsql stable
as $$
begin
  return credits._refuse_conflict(
    'amount', to_jsonb(_refuse_refund_id.stored), to_jsonb(_refuse_refund_id.given),
    'This refund was made already, with another amount: only another refund has a refund_id '
    'of its own.');
end
$$;
