-- _settled_by: what settling a job moved, read back from the ledger row of its settling.

create or replace function credits._settled_by(job credits.jobs)
returns credits._returned
language plpgsql stable
as $$
declare
  v_entry credits.ledger;
begin
  select l.* into strict v_entry
    from credits.ledger l
   where l.profile_id = (_settled_by.job).profile_id
     and l.seq = (_settled_by.job).settle_seq;
  return credits._returned_by(
    v_entry,
    v_entry.job_id is not distinct from (_settled_by.job).id and v_entry.kind = 'settle');
end
$$;
