-- _renewal_row: the answer of renew_monthly, from the ledger row of that moment: later refunds into
-- closed periods change what the renewal row says.

create or replace function credits._renewal_row(renewal credits.renewals, replayed boolean)
returns credits.renewal
language plpgsql stable
as $$
declare
  v_renewal constant credits.renewals := _renewal_row.renewal;
  v_entry credits.ledger;
  v_row credits.renewal;
begin
  select l.* into strict v_entry
    from credits.ledger l
   where l.profile_id = v_renewal.profile_id
     and l.seq = v_renewal.seq;
  v_row.profile_id := v_renewal.profile_id;
  v_row.period_start := v_renewal.period_start;
  v_row.allowance := v_renewal.allowance;
  v_row.carried := v_entry.monthly_balance - v_renewal.allowance;
  v_row.lapsed := v_entry.monthly_balance - v_entry.monthly_delta - v_row.carried;
  v_row.new_balance := v_entry.monthly_balance + v_entry.addon_balance;
  v_row.previous_balance := v_row.new_balance - v_entry.monthly_delta;
  v_row.seq := v_entry.seq;
  v_row.replayed := _renewal_row.replayed;
  return v_row;
end
$$;
