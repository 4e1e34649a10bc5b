-- _get_revocation: a revocation of a grant or month; an empty one without a seq, where there is
-- none.

create or replace function credits._get_revocation(
  source credits._revocable,
  revocation_id text
)
returns credits.revocations
language plpgsql stable
as $$
declare
  v_revocation credits.revocations;
begin
  select r.* into v_revocation
    from credits.revocations r
   where r.profile_id = (_get_revocation.source).profile_id
     and r.source_seq = (_get_revocation.source).seq
     and r.revocation_id = _get_revocation.revocation_id;
  if not found then
    v_revocation.profile_id := (_get_revocation.source).profile_id;
    v_revocation.source_seq := (_get_revocation.source).seq;
    v_revocation.revocation_id := _get_revocation.revocation_id;
    v_revocation.amount := 0;
    v_revocation.collected := 0;
    v_revocation.lapsed := 0;
    v_revocation.newer_outstanding := 0;
  end if;
  return v_revocation;
end
$$;
