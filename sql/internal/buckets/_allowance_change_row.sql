-- _allowance_change_row: the answer of change_allowance.

create or replace function credits._allowance_change_row(
  change credits.allowance_changes,
  replayed boolean
)
returns credits.allowance_change
language plpgsql stable
as $$
declare
  v_change constant credits.allowance_changes := _allowance_change_row.change;
  v_entry credits.ledger;
  v_row credits.allowance_change;
begin
  select l.* into strict v_entry
    from credits.ledger l
   where l.profile_id = v_change.profile_id
     and l.seq = v_change.seq;
  v_row.profile_id := v_change.profile_id;
  v_row.period_start := v_change.period_start;
  v_row.previous_allowance := v_change.previous_allowance;
  v_row.allowance := v_change.allowance;
  v_row.owed := v_change.owed;
  v_row.new_balance := v_entry.monthly_balance + v_entry.addon_balance;
  v_row.previous_balance := v_row.new_balance - v_entry.monthly_delta;
  v_row.seq := v_change.seq;
  v_row.replayed := _allowance_change_row.replayed;
  return v_row;
end
$$;
