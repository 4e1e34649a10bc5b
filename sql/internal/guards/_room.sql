-- _room: how many credits can still be made in a profile whose buckets hold this much. What it
-- publishes as its balance, both buckets together, is kept within 2^53-1, as every amount is. A
-- debt makes no room.

create or replace function credits._room(monthly bigint, addon bigint)
returns bigint
language sql immutable
as $$
  select greatest(9007199254740991 - _room.monthly - greatest(_room.addon, 0), 0)
$$;
