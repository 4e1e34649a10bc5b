-- _refuse_amount: what is said of an amount that is missing or out of its range. hint: where it is
-- not the amount that has to be another.
-- Raises: PT400 missing_argument, invalid_amount.

create or replace function credits._refuse_amount(
  parameter text,
  amount bigint,
  minimum bigint,
  maximum bigint,
  hint text default null
)
returns boolean
language plpgsql stable
as $$
begin
  if _refuse_amount.amount is null then
    return credits._refuse_missing(_refuse_amount.parameter);
  end if;
  raise exception using
    errcode = 'PT400',
    message = 'invalid_amount',
    detail = jsonb_build_object(
      'parameter', _refuse_amount.parameter,
      'value', _refuse_amount.amount,
      'minimum', _refuse_amount.minimum,
      'maximum', _refuse_amount.maximum
    ),
    hint = coalesce(
      _refuse_amount.hint,
      format('Give a whole number from %s to %s for %s.',
             _refuse_amount.minimum, _refuse_amount.maximum, _refuse_amount.parameter));
end
$$;
