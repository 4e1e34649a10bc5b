-- _move_purse: the balances and the numbering of a profile after a change, and the balances that
-- the change tells of. A change that moves nothing has no ledger row; what of it lapses and what is
-- revoked have a row each.
-- Pure.

create or replace function credits._move_purse(purse credits._purse, change credits._change)
returns credits._planned
language plpgsql immutable
as $$
declare
  v_purse credits._purse := _move_purse.purse;
  v_change credits._change := _move_purse.change;
  v_profile credits.profiles := v_purse.profile;
  v_returned credits._returned := v_change.returned;
begin
  v_returned.previous_balance := v_profile.credits_remaining + v_profile.addon_credits;
  if v_returned.monthly <> 0 or v_returned.addon <> 0 then
    v_profile.seq := v_profile.seq + 1;
  end if;
  v_returned.seq := v_profile.seq;
  v_change.monthly_balance := v_profile.credits_remaining + v_returned.monthly;
  v_change.addon_balance := v_profile.addon_credits + v_returned.addon;
  v_profile.credits_remaining :=
    v_change.monthly_balance - v_returned.monthly_lapsed - v_returned.monthly_revoked;
  v_profile.addon_credits :=
    v_change.addon_balance - v_returned.addon_lapsed - v_returned.addon_revoked;
  if v_returned.monthly_lapsed + v_returned.addon_lapsed > 0 then
    v_profile.seq := v_profile.seq + 1;
  end if;
  if v_returned.monthly_revoked + v_returned.addon_revoked > 0 then
    v_profile.seq := v_profile.seq + 1;
  end if;
  v_returned.new_balance := v_profile.credits_remaining + v_profile.addon_credits;
  v_purse.profile := v_profile;
  v_change.returned := v_returned;
  return row(v_purse, v_change)::credits._planned;
end
$$;
