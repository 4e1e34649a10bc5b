-- _check_amount: refuses a missing amount, and one outside minimum..maximum credits.
-- The default maximum, 2^53-1, is the largest whole number every JSON reader keeps exactly.
-- Raises: PT400 missing_argument, invalid_amount.

drop function if exists credits._check_amount(text, bigint, bigint, bigint);
create or replace function credits._check_amount(
  parameter text,
  amount bigint,
  minimum bigint,
  maximum bigint default 9007199254740991
)
returns boolean
language plpgsql stable
as $$
begin
  if _check_amount.amount is null then
    perform credits._check_present(_check_amount.parameter, false);
  end if;
  if _check_amount.amount not between _check_amount.minimum and _check_amount.maximum then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_amount',
      detail = jsonb_build_object(
        'parameter', _check_amount.parameter,
        'value', _check_amount.amount,
        'minimum', _check_amount.minimum,
        'maximum', _check_amount.maximum
      ),
      hint = format('Give a whole number from %s to %s for %s.',
                    _check_amount.minimum, _check_amount.maximum, _check_amount.parameter);
  end if;
  return true;
end
$$;
