-- _now: the one clock of every decision, read after the lock: now() would be the time the
-- transaction began, which may have waited since. Tests of time replace this function.

create or replace function credits._now()
returns timestamptz
language sql volatile
as $$
  select clock_timestamp()
$$;
