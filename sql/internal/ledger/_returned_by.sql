-- _returned_by: what a return moved, read back from its ledger row and from the rows after it: what
-- of it lapsed at once, and what went to open revocations.
-- is_own: whether the row is of the return in question; otherwise that one moved nothing, and the
-- balance is the one after the row.

create or replace function credits._returned_by(
  entry credits.ledger,
  is_own boolean default true
)
returns credits._returned
language plpgsql stable
as $$
declare
  v_entry constant credits.ledger := _returned_by.entry;
  v_next credits.ledger;
  v_returned credits._returned;
begin
  v_returned.monthly := v_entry.monthly_delta;
  v_returned.addon := v_entry.addon_delta;
  v_returned.monthly_lapsed := 0;
  v_returned.addon_lapsed := 0;
  v_returned.monthly_revoked := 0;
  v_returned.addon_revoked := 0;
  select l.* into v_next
    from credits.ledger l
   where l.profile_id = v_entry.profile_id
     and l.seq = v_entry.seq + 1
     and l.kind in ('lapse', 'revoke')
     and l.job_id = v_entry.job_id;
  if v_next.kind = 'lapse' then
    v_returned.monthly_lapsed := -v_next.monthly_delta;
    v_returned.addon_lapsed := -v_next.addon_delta;
    select l.* into v_next
      from credits.ledger l
     where l.profile_id = v_entry.profile_id
       and l.seq = v_entry.seq + 2
       and l.kind = 'revoke'
       and l.job_id = v_entry.job_id;
  end if;
  if v_next.kind = 'revoke' then
    v_returned.monthly_revoked := -v_next.monthly_delta;
    v_returned.addon_revoked := -v_next.addon_delta;
  end if;
  v_returned.seq := v_entry.seq;
  v_returned.previous_balance := v_entry.monthly_balance + v_entry.addon_balance
                               - v_entry.monthly_delta - v_entry.addon_delta;
  v_returned.new_balance := v_entry.monthly_balance + v_entry.addon_balance
                          - v_returned.monthly_lapsed - v_returned.addon_lapsed
                          - v_returned.monthly_revoked - v_returned.addon_revoked;
  if not _returned_by.is_own then
    v_returned := row(0, 0, 0, 0, 0, 0, v_returned.new_balance, v_returned.new_balance,
                      v_returned.seq)::credits._returned;
  end if;
  return v_returned;
end
$$;
