-- _is_early: whether packs of a priority are spent before the monthly bucket.
-- Pure.

create or replace function credits._is_early(priority bigint)
returns boolean
language sql immutable
as $$
  select _is_early.priority < 0
$$;
