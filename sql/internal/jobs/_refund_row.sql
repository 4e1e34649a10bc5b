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
  -- Not copies: a copy of a row costs as much as several statements.
  v_job alias for job;
  v_returned alias for returned;
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
  v_refund.monthly_revoked := coalesce(v_returned.monthly_revoked, 0);
  v_refund.addon_revoked := coalesce(v_returned.addon_revoked, 0);
  v_refund.previous_balance := v_returned.previous_balance;
  v_refund.new_balance := v_returned.new_balance;
  v_refund.seq := v_returned.seq;
  v_refund.replayed := _refund_row.replayed;
  v_refund.breakdown_source := coalesce(v_job.breakdown_source, 'recorded');
  return v_refund;
end
$$;
