-- _revocation_of: what was revoked of a grant so far: nothing, where there is no row.

create or replace function credits._revocation_of(entry credits.ledger)
returns credits.revocations
language plpgsql stable
as $$
declare
  v_revocation credits.revocations;
begin
  select r.* into v_revocation
    from credits.revocations r
   where r.profile_id = (_revocation_of.entry).profile_id
     and r.grant_seq = (_revocation_of.entry).seq;
  if not found then
    v_revocation.profile_id := (_revocation_of.entry).profile_id;
    v_revocation.grant_seq := (_revocation_of.entry).seq;
    v_revocation.amount := 0;
    v_revocation.collected := 0;
  end if;
  return v_revocation;
end
$$;
