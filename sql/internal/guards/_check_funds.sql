-- _check_funds: refuses a draw that the buckets cannot pay: shortfall is the part they lack.
-- Raises: PT402 insufficient_credits.

create or replace function credits._check_funds(
  profile credits.profiles,
  required bigint,
  shortfall bigint
)
returns boolean
language sql stable
as $$
  select _check_funds.shortfall <= 0
         or credits._refuse_draw(_check_funds.profile, _check_funds.required,
                                 _check_funds.shortfall)
$$;
