-- _refund_row: the answer of a return: what went back, and the balances around its ledger row.

create or replace function credits._refund_row(
  job credits.jobs,
  entry credits.ledger,
  monthly bigint,
  addon bigint,
  replayed boolean
)
returns credits.refund
language plpgsql immutable
as $$
declare
  v_refund credits.refund;
begin
  v_refund.job_id := (_refund_row.job).id;
  v_refund.profile_id := (_refund_row.job).profile_id;
  v_refund.state := (_refund_row.job).state;
  v_refund.amount := _refund_row.monthly + _refund_row.addon;
  v_refund.monthly_refunded := _refund_row.monthly;
  v_refund.addon_refunded := _refund_row.addon;
  v_refund.new_balance := (_refund_row.entry).monthly_balance + (_refund_row.entry).addon_balance;
  v_refund.previous_balance := v_refund.new_balance - v_refund.amount;
  v_refund.seq := (_refund_row.entry).seq;
  v_refund.replayed := _refund_row.replayed;
  return v_refund;
end
$$;
