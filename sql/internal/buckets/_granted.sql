-- _granted: the ledger row of a grant.
-- Raises: PT404 grant_not_found.

create or replace function credits._granted(profile_id uuid, reference text)
returns credits.ledger
language plpgsql stable
as $$
declare
  v_grant credits.ledger;
begin
  v_grant := credits._keyed_entry(_granted.profile_id, 'grant', _granted.reference);
  if v_grant.seq is null then
    raise exception using
      errcode = 'PT404',
      message = 'grant_not_found',
      detail = '{}',
      hint = 'Check the reference, and that the grant was made to this profile.';
  end if;
  return v_grant;
end
$$;
