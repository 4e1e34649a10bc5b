-- _settlement_row: the answer of settle_job: the job, and what settling it moved, which say the
-- same at any later time.

create or replace function credits._settlement_row(
  job credits.jobs,
  returned credits._returned,
  replayed boolean
)
returns credits.settlement
language plpgsql immutable
as $$
declare
  v_job constant credits.jobs := _settlement_row.job;
  v_returned constant credits._returned := _settlement_row.returned;
  v_settlement credits.settlement;
begin
  v_settlement.job_id := v_job.id;
  v_settlement.profile_id := v_job.profile_id;
  v_settlement.settled_cost := v_job.settled_cost;
  v_settlement.monthly_deducted := v_job.monthly_deducted;
  v_settlement.addon_deducted := v_job.addon_deducted;
  v_settlement.shortfall := v_job.shortfall;
  v_settlement.monthly_refunded := greatest(v_returned.monthly, 0);
  v_settlement.addon_refunded := greatest(v_returned.addon, 0);
  v_settlement.monthly_lapsed := v_returned.monthly_lapsed;
  v_settlement.addon_lapsed := v_returned.addon_lapsed;
  v_settlement.monthly_revoked := v_returned.monthly_revoked;
  v_settlement.addon_revoked := v_returned.addon_revoked;
  v_settlement.late := v_job.settled_late;
  v_settlement.previous_balance := v_returned.previous_balance;
  v_settlement.new_balance := v_returned.new_balance;
  v_settlement.seq := v_returned.seq;
  v_settlement.replayed := _settlement_row.replayed;
  return v_settlement;
end
$$;
