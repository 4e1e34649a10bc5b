-- _settled_by: what settling a job moved, read back from the ledger row of its settling.

create or replace function credits._settled_by(job credits.jobs)
returns credits._returned
language plpgsql stable
as $$
declare
  v_entry credits.ledger;
  v_returned credits._returned;
begin
  select l.* into strict v_entry
    from credits.ledger l
   where l.profile_id = (_settled_by.job).profile_id
     and l.seq = (_settled_by.job).settle_seq;
  v_returned := credits._returned_by(v_entry);
  if v_entry.job_id is distinct from (_settled_by.job).id or v_entry.kind <> 'settle' then
    v_returned.monthly := 0; -- nothing had to move
    v_returned.addon := 0;
    v_returned.monthly_lapsed := 0;
    v_returned.addon_lapsed := 0;
    v_returned.monthly_revoked := 0;
    v_returned.addon_revoked := 0;
    v_returned.previous_balance := v_returned.new_balance;
  end if;
  return v_returned;
end
$$;
