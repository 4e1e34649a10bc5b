-- _monthly_back: the return rule (_split_return) where only the two buckets gave, in one draw: what
-- comes back to monthly, once all of addon is back.

create or replace function credits._monthly_back(addon_drawn bigint, returned bigint)
returns bigint
language sql immutable
as $$
  select greatest(_monthly_back.returned - _monthly_back.addon_drawn, 0)
$$;
