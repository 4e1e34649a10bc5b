-- _change_allowance: sets the allowance of the present month, and moves what follows from it. What
-- is lowered comes out of the bucket, and what of it was spent is owed; what is raised goes to open
-- revocations that had asked for more, then it pays what is owed.
-- profile: as the caller has locked it and brought it up to date. renewal: its present month.
-- Writes: profiles, ledger, renewals, allowance_changes, revocations.
-- Raises: PT400 invalid_amount.

create or replace function credits._change_allowance(
  profile credits.profiles,
  renewal credits.renewals,
  allowance bigint,
  reference text
)
returns credits.allowance_changes
language plpgsql volatile
as $$
declare
  v_profile constant credits.profiles := _change_allowance.profile;
  v_renewal credits.renewals := _change_allowance.renewal;
  v_raised constant bigint := _change_allowance.allowance - v_renewal.allowance;
  v_moved bigint; -- into the bucket
  v_paid bigint;
  v_before constant credits.revocations := credits._revoked_of(v_renewal);
  v_after credits.revocations;
  v_change credits.allowance_changes;
begin
  v_renewal.allowance := _change_allowance.allowance;
  if v_raised > 0 then
    v_moved := credits._raise_allowance(v_profile, v_renewal, v_raised);
    v_paid := least(v_renewal.owed, v_moved);
    v_renewal.owed := v_renewal.owed - v_paid;
    v_moved := v_moved - v_paid;
    perform credits._check_room(
      'allowance', v_renewal.allowance, 0,
      v_renewal.allowance - v_moved
        + credits._room(v_profile.credits_remaining, v_profile.addon_credits));
  else
    v_moved := credits._lower_allowance(v_profile, v_renewal, -v_raised);
    v_renewal.owed := v_renewal.owed + greatest(v_moved - v_profile.credits_remaining, 0);
    v_moved := -least(v_moved, v_profile.credits_remaining);
  end if;
  v_after := credits._revoked_of(v_renewal);
  perform credits._shift_newer(
    v_renewal, v_raised - (v_after.amount - v_before.amount) - v_moved);
  update credits.renewals r
     set allowance = v_renewal.allowance,
         owed = v_renewal.owed
   where r.profile_id = v_renewal.profile_id
     and r.period_start = v_renewal.period_start;
  perform credits._write_uncollected(v_profile.id);
  insert into credits.allowance_changes (
    profile_id, seq, period_start, previous_allowance, allowance, owed, collected)
  values (
    v_profile.id,
    credits._write_ledger(
      v_profile.id, 'change', null, v_moved, 0,
      format('allowance change: %s (allowance: %s -> %s, monthly: %s, owed: %s)',
             credits._moment_text(v_renewal.period_start),
             v_renewal.allowance - v_raised, v_renewal.allowance,
             credits._delta_text(v_moved), v_renewal.owed),
      _change_allowance.reference),
    v_renewal.period_start, v_renewal.allowance - v_raised, v_renewal.allowance, v_renewal.owed,
    v_after.collected - v_before.collected)
  returning * into v_change;
  return v_change;
end
$$;
