-- _limits_spender: whether a limit is about what this spender spends: its own, and that of the
-- profile as a whole, which is about everybody. limited: of the limit. spender: null where nobody
-- was named.

create or replace function credits._limits_spender(limited text, spender text)
returns boolean
language sql immutable
as $$
  select coalesce(_limits_spender.limited = any (array['', _limits_spender.spender]), false)
$$;
