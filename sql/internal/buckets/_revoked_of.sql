-- _revoked_of: what all open revocations of a month come to, together, as if they were one.

create or replace function credits._revoked_of(renewal credits.renewals)
returns credits.revocations
language plpgsql stable
as $$
declare
  v_revoked credits.revocations;
begin
  select coalesce(sum(r.amount), 0)::bigint, coalesce(sum(r.collected), 0)::bigint
    into v_revoked.amount, v_revoked.collected
    from credits.revocations r
   where r.profile_id = (_revoked_of.renewal).profile_id
     and r.source_seq = (_revoked_of.renewal).seq;
  return v_revoked;
end
$$;
