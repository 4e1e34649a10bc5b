-- _refund_row: the answer of a return.

create or replace function credits._refund_row(
  job credits.jobs,
  returned credits._returned,
  replayed boolean
)
returns credits.refund
language plpgsql immutable
as $$
declare
  v_job constant credits.jobs := _refund_row.job;
  v_returned constant credits._returned := _refund_row.returned;
  v_refund credits.refund;
begin
  v_refund.job_id := v_job.id;
  v_refund.profile_id := v_job.profile_id;
  v_refund.state := v_job.state;
  v_refund.amount := v_returned.monthly + v_returned.addon;
  v_refund.monthly_refunded := v_returned.monthly;
  v_refund.addon_refunded := v_returned.addon;
  v_refund.monthly_lapsed := v_returned.monthly_lapsed;
  v_refund.addon_lapsed := v_returned.addon_lapsed;
  v_refund.monthly_revoked := v_returned.monthly_revoked;
  v_refund.addon_revoked := v_returned.addon_revoked;
  v_refund.previous_balance := v_returned.previous_balance;
  v_refund.new_balance := v_returned.new_balance;
  v_refund.seq := v_returned.seq;
  v_refund.replayed := _refund_row.replayed;
  v_refund.breakdown_source := coalesce(v_job.breakdown_source, 'recorded');
  return v_refund;
end
$$;
