-- _check_period: refuses a new period that begins more than 366 days ahead: every true month after
-- it would be before the current one, for ever.
-- Raises: PT400 invalid_interval.

create or replace function credits._check_period(period_start timestamptz)
returns void
language plpgsql volatile
as $$
declare
  v_maximum constant timestamptz := credits._later(credits._now(), '366 days');
begin
  if _check_period.period_start > v_maximum then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_interval',
      detail = jsonb_build_object(
        'parameter', 'period_start',
        'value', _check_period.period_start,
        'maximum', v_maximum
      ),
      hint = 'Give a start at most 366 days ahead for period_start, in seconds, not milliseconds.';
  end if;
end
$$;
