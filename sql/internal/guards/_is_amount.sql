-- _is_amount: whether a number of credits is from minimum to maximum; null is not.
-- The default maximum, 2^53-1, is the largest whole number every JSON reader keeps exactly.

create or replace function credits._is_amount(
  amount bigint,
  minimum bigint,
  maximum bigint default 9007199254740991
)
returns boolean
language sql immutable
as $$
  select coalesce(_is_amount.amount between _is_amount.minimum and _is_amount.maximum, false)
$$;
