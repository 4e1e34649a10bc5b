-- _check_amount: refuses a missing amount, and one outside minimum..maximum credits.
-- The default maximum is that of _is_amount.
-- Raises: PT400 missing_argument, invalid_amount.

create or replace function credits._check_amount(
  parameter text,
  amount bigint,
  minimum bigint,
  maximum bigint default 9007199254740991
)
returns boolean
language sql stable
as $$
  select credits._is_amount(_check_amount.amount, _check_amount.minimum, _check_amount.maximum)
         or credits._refuse_amount(_check_amount.parameter, _check_amount.amount,
                                   _check_amount.minimum, _check_amount.maximum)
$$;
