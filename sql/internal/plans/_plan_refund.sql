-- _plan_refund: a refund of a job, of all that it holds or of an amount under a key; nulls for a
-- whole one of a job that has ended. A key that was used before is a change of the kind replay,
-- which moves nothing: what is answered says the state that the job has at this place of the batch.
-- Pure. used: what the key moved in the same batch, or nulls.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference; PT409
--   refund_exceeds_deduction, reference_conflict.

create or replace function credits._plan_refund(
  purse credits._purse,
  change credits._change,
  amount bigint,
  refund_id text,
  reason text,
  used credits._returned,
  at timestamptz
)
returns credits._planned
language plpgsql stable
as $$
declare
  v_change credits._change := _plan_refund.change;
  v_job constant credits.jobs := v_change.job;
  v_used credits._returned := _plan_refund.used;
  v_entry credits.ledger;
  v_refundable constant bigint := credits._outstanding(v_job);
begin
  if _plan_refund.amount is null and _plan_refund.refund_id is null then
    if v_job.closing_seq is not null then
      return null;
    end if;
  else
    perform credits._check_amount('amount', _plan_refund.amount, 1);
    perform credits._check_text('refund_id', _plan_refund.refund_id);
    if v_used.seq is null then
      v_entry := credits._keyed_entry(
        v_job.profile_id, 'refund', _plan_refund.refund_id, v_job.id);
      if v_entry.seq is not null then
        v_used := credits._returned_by(v_entry);
      end if;
    end if;
    if v_used.seq is not null then
      if v_used.monthly + v_used.addon <> _plan_refund.amount then
        perform credits._refuse_refund_id(v_used.monthly + v_used.addon, _plan_refund.amount);
      end if;
      v_change.kind := 'replay';
      v_change.returned := v_used;
      return row(_plan_refund.purse, v_change)::credits._planned;
    end if;
    if _plan_refund.amount > v_refundable then
      perform credits._refuse_refund(_plan_refund.amount, v_refundable);
    end if;
  end if;
  v_change.note := _plan_refund.reason;
  v_change.reference := _plan_refund.refund_id;
  return credits._plan_return(
    _plan_refund.purse, v_change, coalesce(_plan_refund.amount, v_refundable), 'refund',
    'refunded', _plan_refund.at, _plan_refund.at);
end
$$;
