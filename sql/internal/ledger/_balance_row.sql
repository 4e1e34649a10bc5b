-- _balance_row: a balance as of a ledger row. What holds held then is not in the ledger: held and
-- posted stay null, and only get_balance knows them.

create or replace function credits._balance_row(entry credits.ledger, replayed boolean)
returns credits.balance
language plpgsql immutable
as $$
declare
  v_entry constant credits.ledger := _balance_row.entry;
  v_balance credits.balance;
begin
  v_balance.profile_id := v_entry.profile_id;
  v_balance.credits_remaining := v_entry.monthly_balance;
  v_balance.addon_credits := v_entry.addon_balance;
  v_balance.available := v_entry.monthly_balance + v_entry.addon_balance;
  v_balance.seq := v_entry.seq;
  v_balance.replayed := _balance_row.replayed;
  return v_balance;
end
$$;
