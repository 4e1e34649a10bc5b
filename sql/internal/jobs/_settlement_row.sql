-- _settlement_row: the answer of settle_job, from the job and the ledger row of its settling, which
-- say the same at any later time.

create or replace function credits._settlement_row(job credits.jobs, replayed boolean)
returns credits.settlement
language plpgsql stable
as $$
declare
  v_job constant credits.jobs := _settlement_row.job;
  v_entry credits.ledger;
  v_returned credits._returned;
  v_settlement credits.settlement;
begin
  select l.* into strict v_entry
    from credits.ledger l
   where l.profile_id = v_job.profile_id
     and l.seq = v_job.settle_seq;
  v_returned := credits._returned_by(v_entry);
  v_settlement.monthly_refunded := 0;
  v_settlement.addon_refunded := 0;
  v_settlement.monthly_lapsed := 0;
  v_settlement.addon_lapsed := 0;
  v_settlement.monthly_revoked := 0;
  v_settlement.addon_revoked := 0;
  if v_entry.job_id is distinct from v_job.id or v_entry.kind <> 'settle' then
    v_returned.previous_balance := v_returned.new_balance; -- nothing had to move
  elsif v_entry.monthly_delta >= 0 and v_entry.addon_delta >= 0 then
    v_settlement.monthly_refunded := v_returned.monthly;
    v_settlement.addon_refunded := v_returned.addon;
    v_settlement.monthly_lapsed := v_returned.monthly_lapsed;
    v_settlement.addon_lapsed := v_returned.addon_lapsed;
    v_settlement.monthly_revoked := v_returned.monthly_revoked;
    v_settlement.addon_revoked := v_returned.addon_revoked;
  end if;

  v_settlement.job_id := v_job.id;
  v_settlement.profile_id := v_job.profile_id;
  v_settlement.settled_cost := v_job.settled_cost;
  v_settlement.monthly_deducted := v_job.monthly_deducted;
  v_settlement.addon_deducted := v_job.addon_deducted;
  v_settlement.shortfall := v_job.shortfall;
  v_settlement.late := v_job.settled_late;
  v_settlement.previous_balance := v_returned.previous_balance;
  v_settlement.new_balance := v_returned.new_balance;
  v_settlement.seq := v_entry.seq;
  v_settlement.replayed := _settlement_row.replayed;
  return v_settlement;
end
$$;
