-- change_allowance: changes the allowance of the present month: an upgrade, a downgrade.
-- Promises: the monthly bucket is what a renewal with this allowance would have left, and never
--   below zero: what was spent beyond it is owed. Raising the allowance and what jobs of the month
--   return pay that first. So going down and up again gains nothing. Addon credits are not touched.
-- Parameters: profile_id: whose month; period_start: its start, as it was renewed; allowance: the
--   month's credits from now on, 0 or more; reference: the key, the id of the event that changed
--   the plan.
-- Result: allowance_change; the balances are monthly + addon, in credits.
-- Locks: profile.
-- Reads: profiles, renewals, ledger, allowance_changes, revocations. Writes: profiles, renewals,
--   ledger, allowance_changes, and where a part of the month is revoked: revocations.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference, invalid_interval; PT404
--   profile_not_found, period_not_found; PT409 period_conflict, reference_conflict; PT410
--   profile_closed.
-- Replay: the same reference with the same period and allowance returns the first result; with
--   others it is reference_conflict.

create or replace function credits.change_allowance(
  profile_id uuid,
  period_start timestamptz,
  allowance bigint,
  reference text
)
returns credits.allowance_change
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_profile credits.profiles;
  v_renewal credits.renewals;
  v_change credits.allowance_changes;
begin
  perform credits._check_present('profile_id', change_allowance.profile_id is not null);
  perform credits._check_time('period_start', change_allowance.period_start);
  perform credits._check_amount('allowance', change_allowance.allowance, 0);
  perform credits._check_text('reference', change_allowance.reference);

  v_profile := credits._bring_up_to_date(credits._lock_profile(change_allowance.profile_id));
  select c.* into v_change
    from credits.allowance_changes c
   where c.profile_id = v_profile.id
     and c.seq = (credits._keyed_entry(v_profile.id, 'change', change_allowance.reference)).seq;
  if found then
    perform credits._check_same_change(
      v_change, change_allowance.period_start, change_allowance.allowance);
    return credits._allowance_change_row(v_change, true);
  end if;
  v_renewal := credits._get_renewal(v_profile.id, change_allowance.period_start);
  if v_renewal.period_start <> v_profile.period_start then
    raise exception using
      errcode = 'PT409',
      message = 'period_conflict',
      detail = jsonb_build_object('current', v_profile.period_start,
                                  'given', change_allowance.period_start),
      hint = 'This month is over. Only the allowance of the present one can change; a payment of '
             'another one is taken back by revoke_renewal.';
  end if;
  if v_profile.closed_at is not null and change_allowance.allowance > v_renewal.allowance then
    perform credits._refuse_closed();
  end if;
  v_change := credits._change_allowance(
    v_profile, v_renewal, change_allowance.allowance, change_allowance.reference);
  return credits._allowance_change_row(v_change, false);
end
$$;

comment on function credits.change_allowance(uuid, timestamptz, bigint, text) is
  'Changes the allowance of the present month, as of a plan, once per reference. Going down and up '
  'again gains nothing.';
