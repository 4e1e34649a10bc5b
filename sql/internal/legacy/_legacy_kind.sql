-- _legacy_kind: what an old ledger row did, told by its sign and the words of its reason, where the
-- caller does not say. A row that no rule knows is unknown, and nothing is concluded from it.

create or replace function credits._legacy_kind(
  delta bigint,
  reason text,
  given text,
  names_a_job boolean,
  has_time boolean
)
returns text
language plpgsql immutable
as $$
declare
  v_kind text := lower(_legacy_kind.given);
begin
  if v_kind is null then
    v_kind := case
      when _legacy_kind.names_a_job and _legacy_kind.delta >= 0
           and _legacy_kind.reason ~* '\m(refund|rollback|rolled back|revers)' then 'refund'
      when _legacy_kind.names_a_job and _legacy_kind.delta <= 0
           and _legacy_kind.reason ~* '\m(job|task|deduct|charge|usage|reserve)' then 'deduct'
      when _legacy_kind.reason ~* '^\W*(sign-?up|opening|initial|welcome)' then 'open'
      when _legacy_kind.reason ~* '\m(addon|add-on|top-?up|purchase|bought|pack)' then 'addon'
      when _legacy_kind.reason ~* '\m(renew|reset|monthly|allowance)' then 'reset'
    end;
  end if;
  return case
    when not _legacy_kind.has_time then 'unknown'
    when v_kind = 'deduct' and _legacy_kind.delta <= 0 then v_kind
    when v_kind in ('refund', 'reset_to', 'open') and _legacy_kind.delta >= 0 then v_kind
    when v_kind in ('addon', 'monthly', 'reset') then v_kind
    else 'unknown'
  end;
end
$$;
