-- _repair_row: the answer of a repair, from its ledger row; a row without seq was not written.

create or replace function credits._repair_row(audit credits.refund_audit, entry credits.ledger)
returns credits.repair
language plpgsql immutable
as $$
declare
  v_audit constant credits.refund_audit := _repair_row.audit;
  v_entry constant credits.ledger := _repair_row.entry;
  v_repair credits.repair;
begin
  v_repair.profile_id := v_audit.profile_id;
  v_repair.job_id := v_audit.job_id;
  v_repair.entry_id := v_audit.entry_id;
  v_repair.addon_restored := v_entry.addon_delta;
  v_repair.monthly_taken := -v_entry.monthly_delta;
  v_repair.written_off := v_entry.addon_delta + v_entry.monthly_delta;
  v_repair.new_balance := v_entry.monthly_balance + v_entry.addon_balance;
  v_repair.previous_balance := v_repair.new_balance - v_repair.written_off;
  v_repair.seq := v_entry.seq;
  v_repair.replayed := v_audit.repair_seq is not null;
  return v_repair;
end
$$;
