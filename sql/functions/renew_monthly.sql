-- renew_monthly: begins a monthly period: a new allowance, and a capped rollover of what was left.
-- Promises: a profile's periods only move forward, each begins once, and the addon bucket is
--   never changed.
-- Parameters: profile_id: whose month; period_start: when it begins, the key, at most 366 days
--   ahead; allowance: the new period's credits, 0 or more; rollover_cap: at most this many unused
--   credits are carried over.
-- Result: renewal; the balances are monthly + addon, in credits.
-- Locks: profile.
-- Reads: profiles, renewals, ledger. Writes: profiles, renewals, ledger.
-- Raises: PT400 missing_argument, invalid_amount, invalid_interval; PT404 profile_not_found;
--   PT409 period_conflict; PT410 profile_closed.
-- Replay: a known period_start with the same allowance and cap returns the first result; with other
--   figures, or if it is unknown and before the current period, it is period_conflict.

create or replace function credits.renew_monthly(
  profile_id uuid,
  period_start timestamptz,
  allowance bigint,
  rollover_cap bigint default 0
)
returns credits.renewal
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_profile credits.profiles;
  v_known credits.renewals;
  v_row credits.renewal;
begin
  perform credits._check_present('profile_id', renew_monthly.profile_id is not null);
  perform credits._check_renewal_arguments(
    renew_monthly.period_start, renew_monthly.allowance, renew_monthly.rollover_cap);

  v_profile := credits._bring_up_to_date(credits._lock_profile(renew_monthly.profile_id));

  v_known := credits._begun_renewal(v_profile.id, renew_monthly.period_start);
  if v_known.allowance = renew_monthly.allowance
     and v_known.rollover_cap = renew_monthly.rollover_cap then
    return credits._renewal_row(v_known, true);
  end if;
  v_row := credits._plan_renewal(
    v_profile, renew_monthly.period_start, renew_monthly.allowance, renew_monthly.rollover_cap,
    v_known.seq is not null);
  perform credits._write_ledger(
    renew_monthly.profile_id, 'renew', null, v_row.new_balance - v_row.previous_balance, 0,
    credits._renewal_reason(v_row));
  update credits.profiles p
     set period_start = renew_monthly.period_start
   where p.id = renew_monthly.profile_id;
  insert into credits.renewals (profile_id, period_start, allowance, rollover_cap, unused, carried,
                                seq)
  values (renew_monthly.profile_id, renew_monthly.period_start, renew_monthly.allowance,
          renew_monthly.rollover_cap, v_profile.credits_remaining, v_row.carried, v_row.seq);
  return v_row;
end
$$;

comment on function credits.renew_monthly(uuid, timestamptz, bigint, bigint) is
  'Begins a monthly period: a new allowance, and a capped rollover of what was left. The start of '
  'the period is the key.';
