-- _refuse_refund: the refusal of a refund of more than a job still holds.
-- Raises: PT409 refund_exceeds_deduction.

create or replace function credits._refuse_refund(amount bigint, refundable bigint)
returns boolean
language plpgsql stable
as $$
begin
  raise exception using
    errcode = 'PT409',
    message = 'refund_exceeds_deduction',
    detail = jsonb_build_object(
      'amount', _refuse_refund.amount, 'refundable', _refuse_refund.refundable),
    hint = 'Refund at most what the job still holds, or leave out amount to refund all of it.';
end
$$;
