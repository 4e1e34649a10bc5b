-- _legacy_credits: an old amount as whole credits: null is 0, a fraction is cut off, and what is
-- beyond the cap of every amount is the cap. Whoever calls it has reported the difference.

create or replace function credits._legacy_credits(value numeric)
returns bigint
language sql immutable
as $$
  select greatest(least(trunc(coalesce(_legacy_credits.value, 0)), 9007199254740991),
                  -9007199254740991)::bigint
$$;
