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
  v_renewal credits.renewals;
  v_carried bigint;
  v_entry credits.ledger;
begin
  perform credits._check_present('profile_id', renew_monthly.profile_id is not null);
  perform credits._check_time('period_start', renew_monthly.period_start);
  perform credits._check_amount('allowance', renew_monthly.allowance, 0);
  perform credits._check_amount('rollover_cap', renew_monthly.rollover_cap, 0);

  v_profile := credits._bring_up_to_date(credits._lock_profile(renew_monthly.profile_id));

  v_renewal := credits._begun_renewal(v_profile.id, renew_monthly.period_start);
  if v_renewal.allowance = renew_monthly.allowance
     and v_renewal.rollover_cap = renew_monthly.rollover_cap then
    return credits._renewal_row(v_renewal, true);
  end if;
  if v_renewal.seq is not null or v_profile.period_start > renew_monthly.period_start then
    raise exception using
      errcode = 'PT409',
      message = 'period_conflict',
      detail = jsonb_build_object('current', v_profile.period_start,
                                  'given', renew_monthly.period_start),
      hint = 'This period began with other figures, or is before the current one. Another plan '
             'within a month is change_allowance.';
  end if;
  perform credits._check_period(renew_monthly.period_start);
  if v_profile.closed_at is not null then
    perform credits._refuse_closed();
  end if;

  v_carried := least(v_profile.credits_remaining, renew_monthly.rollover_cap);
  perform credits._check_allowance(v_profile, renew_monthly.allowance, v_carried);
  v_entry := credits._write_ledger(
    renew_monthly.profile_id, 'renew', null,
    renew_monthly.allowance + v_carried - v_profile.credits_remaining, 0,
    format('monthly renewal: %s (allowance: %s, carried: %s, lapsed: %s)',
           to_char(renew_monthly.period_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           renew_monthly.allowance, v_carried, v_profile.credits_remaining - v_carried));
  update credits.profiles p
     set period_start = renew_monthly.period_start
   where p.id = renew_monthly.profile_id;
  insert into credits.renewals (profile_id, period_start, allowance, rollover_cap, unused, carried,
                                seq)
  values (renew_monthly.profile_id, renew_monthly.period_start, renew_monthly.allowance,
          renew_monthly.rollover_cap, v_profile.credits_remaining, v_carried, v_entry.seq)
  returning * into v_renewal;
  return credits._renewal_row(v_renewal, false);
end
$$;

comment on function credits.renew_monthly(uuid, timestamptz, bigint, bigint) is
  'Begins a monthly period: a new allowance, and a capped rollover of what was left. The start of '
  'the period is the key.';
