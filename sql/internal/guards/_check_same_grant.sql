-- _check_same_grant: refuses a reference that was granted before with another amount, expiry, kind
-- or priority, and names the first that differs.
-- pack: of the grant; empty where it never expires. Priorities are compared of two packs.
-- Raises: PT409 reference_conflict.

create or replace function credits._check_same_grant(
  known credits.addon_grants,
  pack credits.packs,
  amount bigint,
  expires_at timestamptz,
  kind text,
  priority bigint
)
returns void
language plpgsql stable
as $$
declare
  v_known constant credits.addon_grants := _check_same_grant.known;
  v_pack constant credits.packs := _check_same_grant.pack;
  v_other record;
begin
  select d.parameter, d.stored, d.given into v_other
    from (values
      (1, 'amount', to_jsonb(v_known.amount), to_jsonb(_check_same_grant.amount)),
      (2, 'kind', to_jsonb(v_known.kind), to_jsonb(_check_same_grant.kind)),
      (3, 'priority', to_jsonb(v_pack.priority::bigint),
       to_jsonb(case when v_pack.seq is null then null
                     when _check_same_grant.expires_at is null then v_pack.priority
                     else _check_same_grant.priority end)),
      (4, 'expires_at', to_jsonb(v_pack.granted_until), to_jsonb(_check_same_grant.expires_at))
    ) d (position, parameter, stored, given)
   where d.stored is distinct from d.given
   order by d.position
   limit 1;
  if v_other.parameter = 'expires_at' then
    perform credits._refuse_conflict(
      v_other.parameter, v_other.stored, v_other.given,
      'This payment is granted already, until another time: nothing is left to do. Compute an '
      'expiry from the event that is reported, not from now, so that it is the same each time.');
  elsif v_other.parameter is not null then
    perform credits._refuse_conflict(
      v_other.parameter, v_other.stored, v_other.given,
      'This payment is granted already, in another way. Do not grant it again under another '
      'reference: a new reference is for a new payment only.');
  end if;
end
$$;
