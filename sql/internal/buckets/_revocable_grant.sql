-- _revocable_grant: a grant as something to revoke. Of one that never expires, what is left of all
-- perpetual credits is there to take.
-- profile: as the caller has locked it and brought it up to date.
-- Raises: PT404 grant_not_found.

create or replace function credits._revocable_grant(profile credits.profiles, reference text)
returns credits._revocable
language plpgsql stable
as $$
declare
  v_grant credits.addon_grants;
  v_pack credits.packs;
  v_source credits._revocable;
begin
  select g.* into v_grant
    from credits.addon_grants g
   where g.reference = _revocable_grant.reference
     and g.profile_id = (_revocable_grant.profile).id;
  if not found then
    raise exception using
      errcode = 'PT404',
      message = 'grant_not_found',
      detail = '{}',
      hint = 'Check the reference, and that the grant was made to this profile. It may still be on '
             'its way: answer a webhook with an error, so that it comes again.';
  end if;
  select k.* into v_pack
    from credits.packs k
   where k.profile_id = v_grant.profile_id
     and k.seq = v_grant.seq;
  v_source.profile_id := v_grant.profile_id;
  v_source.seq := v_grant.seq;
  v_source.reference := v_grant.reference;
  v_source.amount := v_grant.amount;
  v_source.newer_outstanding := 0;
  if v_pack.seq is null then
    v_source.remaining := greatest(credits._perpetual_rest(_revocable_grant.profile), 0);
    v_source.lapsed := 0;
  else
    v_source.remaining := v_pack.remaining;
    v_source.lapsed := v_pack.lapsed;
    v_source.pack_expires_at := v_pack.expires_at;
  end if;
  return v_source;
end
$$;
