-- _revocation_row: the answer of revoke_grant and reinstate_grant, from the latest change.

create or replace function credits._revocation_row(entry credits.ledger, replayed boolean)
returns credits.revocation
language plpgsql stable
as $$
declare
  v_revocation constant credits.revocations := credits._revocation_of(_revocation_row.entry);
  v_change credits.ledger;
  v_lapse credits.ledger;
  v_row credits.revocation;
begin
  select l.* into strict v_change
    from credits.ledger l
   where l.profile_id = v_revocation.profile_id
     and l.seq = v_revocation.seq;
  select l.* into v_lapse
    from credits.ledger l
   where l.profile_id = v_change.profile_id
     and l.seq = v_change.seq + 1
     and l.kind = 'lapse'
     and l.reference = (_revocation_row.entry).reference;
  v_row.profile_id := v_revocation.profile_id;
  v_row.reference := (_revocation_row.entry).reference;
  v_row.amount := v_revocation.amount;
  v_row.collected := v_revocation.collected;
  v_row.uncollected := v_revocation.amount - v_revocation.collected;
  v_row.previous_balance := v_change.monthly_balance + v_change.addon_balance
                          - v_change.addon_delta;
  v_row.new_balance := v_row.previous_balance + v_change.addon_delta
                     + coalesce(v_lapse.addon_delta, 0);
  v_row.seq := v_change.seq;
  v_row.replayed := _revocation_row.replayed;
  return v_row;
end
$$;
