-- _plan_renewal: what a renewal makes of a profile: what is carried over, what lapses. Writes
-- nothing.
-- profile: as the caller has locked it, or as an earlier element of a batch leaves it.
-- is_known: whether the period has begun before, with other figures.
-- Returns the answer to a renewal that is no replay.
-- Raises: PT400 invalid_amount, invalid_interval; PT409 period_conflict; PT410 profile_closed.

create or replace function credits._plan_renewal(
  profile credits.profiles,
  period_start timestamptz,
  allowance bigint,
  rollover_cap bigint,
  is_known boolean
)
returns credits.renewal
language plpgsql volatile
as $$
declare
  v_profile constant credits.profiles := _plan_renewal.profile;
  v_row credits.renewal;
begin
  if _plan_renewal.is_known or v_profile.period_start > _plan_renewal.period_start then
    raise exception using
      errcode = 'PT409',
      message = 'period_conflict',
      detail = jsonb_build_object('current', v_profile.period_start,
                                  'given', _plan_renewal.period_start),
      hint = 'This period began with other figures, or is before the current one. Another plan '
             'within a month is change_allowance.';
  end if;
  perform credits._check_period(_plan_renewal.period_start);
  if v_profile.closed_at is not null then
    perform credits._refuse_closed();
  end if;

  v_row.profile_id := v_profile.id;
  v_row.period_start := _plan_renewal.period_start;
  v_row.allowance := _plan_renewal.allowance;
  v_row.carried := least(v_profile.credits_remaining, _plan_renewal.rollover_cap);
  v_row.lapsed := v_profile.credits_remaining - v_row.carried;
  perform credits._check_allowance(v_profile, v_row.allowance, v_row.carried);
  v_row.previous_balance := v_profile.credits_remaining + v_profile.addon_credits;
  v_row.new_balance := v_row.allowance + v_row.carried + v_profile.addon_credits;
  v_row.seq := v_profile.seq + 1;
  v_row.replayed := false;
  return v_row;
end
$$;
