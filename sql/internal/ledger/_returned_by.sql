-- _returned_by: what a return moved, read back from its ledger row and, if some of it lapsed at
-- once, from the row after it.

create or replace function credits._returned_by(entry credits.ledger)
returns credits._returned
language plpgsql stable
as $$
declare
  v_entry constant credits.ledger := _returned_by.entry;
  v_lapse credits.ledger;
  v_returned credits._returned;
begin
  select l.* into v_lapse
    from credits.ledger l
   where l.profile_id = v_entry.profile_id
     and l.seq = v_entry.seq + 1
     and l.kind = 'lapse'
     and l.job_id = v_entry.job_id;
  v_returned.monthly := v_entry.monthly_delta;
  v_returned.addon := v_entry.addon_delta;
  v_returned.monthly_lapsed := coalesce(-v_lapse.monthly_delta, 0);
  v_returned.addon_lapsed := coalesce(-v_lapse.addon_delta, 0);
  v_returned.seq := v_entry.seq;
  v_returned.previous_balance := v_entry.monthly_balance + v_entry.addon_balance
                               - v_entry.monthly_delta - v_entry.addon_delta;
  v_returned.new_balance := v_entry.monthly_balance + v_entry.addon_balance
                          - v_returned.monthly_lapsed - v_returned.addon_lapsed;
  return v_returned;
end
$$;
