-- _check_deltas: refuses deltas that are missing, out of range, or both 0.
-- Raises: PT400 missing_argument, invalid_amount.

create or replace function credits._check_deltas(monthly_delta bigint, addon_delta bigint)
returns void
language plpgsql stable
as $$
begin
  perform credits._check_amount('monthly_delta', _check_deltas.monthly_delta, -9007199254740991);
  perform credits._check_amount('addon_delta', _check_deltas.addon_delta, -9007199254740991);
  if _check_deltas.monthly_delta = 0 and _check_deltas.addon_delta = 0 then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_amount',
      detail = '{"parameter": "monthly_delta", "value": 0}',
      hint = 'Give a delta other than 0 for at least one of the buckets.';
  end if;
end
$$;
