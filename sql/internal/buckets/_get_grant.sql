-- _get_grant: the ledger row of a grant, which must be there.
-- Raises: PT404 grant_not_found.

create or replace function credits._get_grant(profile_id uuid, reference text)
returns credits.ledger
language plpgsql stable
as $$
declare
  v_grant credits.ledger;
begin
  v_grant := credits._keyed_entry(_get_grant.profile_id, 'grant', _get_grant.reference);
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
