-- _revocation_row: the answer of every call that revokes or reinstates: the revocation as it stands
-- now, and the balances around its latest change.

create or replace function credits._revocation_row(
  source credits._revocable,
  revocation credits.revocations,
  replayed boolean
)
returns credits.revocation
language plpgsql stable
as $$
declare
  v_revocation constant credits.revocations := _revocation_row.revocation;
  v_change credits.ledger;
  v_row credits.revocation;
begin
  select l.* into strict v_change
    from credits.ledger l
   where l.profile_id = v_revocation.profile_id
     and l.seq = v_revocation.seq;
  v_row.profile_id := v_revocation.profile_id;
  v_row.reference := (_revocation_row.source).reference;
  v_row.period_start := (_revocation_row.source).period_start;
  v_row.revocation_id := v_revocation.revocation_id;
  v_row.state := case when v_revocation.ended_at is null then 'open' else 'ended' end;
  v_row.requested := v_revocation.requested;
  v_row.amount := v_revocation.amount;
  v_row.collected := v_revocation.collected;
  v_row.uncollected := v_revocation.amount - v_revocation.collected - v_revocation.lapsed;
  v_row.lapsed := v_revocation.lapsed;
  v_row.new_balance := v_change.monthly_balance + v_change.addon_balance;
  v_row.previous_balance := v_row.new_balance - v_change.monthly_delta - v_change.addon_delta;
  v_row.seq := v_change.seq;
  v_row.replayed := _revocation_row.replayed;
  return v_row;
end
$$;
