-- _left_in_early_packs: what is left in those packs that are spent before the monthly bucket.
-- Pure.

create or replace function credits._left_in_early_packs(packs credits.packs[])
returns bigint
language sql immutable
as $$
  select coalesce(sum(k.remaining), 0)::bigint
    from unnest(_left_in_early_packs.packs) k
   where credits._is_early(k.priority)
$$;
