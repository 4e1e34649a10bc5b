-- _write_grant: records a grant under its reference. With the setting reference_scope = all, no
-- other profile may have the reference. Where one is being granted it at this moment, the insert
-- waits for that, because of the index, and the look afterwards tells what came of it.
-- Writes: addon_grants.
-- Raises: PT409 reference_conflict.

create or replace function credits._write_grant(entry credits.ledger, kind text)
returns void
language plpgsql volatile
as $$
declare
  v_entry constant credits.ledger := _write_grant.entry;
  v_is_exclusive constant boolean := credits._references_are_exclusive();
begin
  insert into credits.addon_grants (profile_id, seq, amount, granted_at, exclusive, kind, reference)
  values (v_entry.profile_id, v_entry.seq, v_entry.addon_delta, v_entry.ts, v_is_exclusive,
          _write_grant.kind, v_entry.reference)
  on conflict do nothing;
  if v_is_exclusive
     and exists (select from credits.addon_grants g
                  where g.reference = v_entry.reference
                    and g.profile_id <> v_entry.profile_id) then
    perform credits._refuse_shared_reference(v_entry.profile_id);
  end if;
end
$$;
