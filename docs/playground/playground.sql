-- What the playground adds to the schema: a clock that its reader moves.
create schema playground;

-- All decisions about time ask this function.
create or replace function credits._now()
returns timestamptz
language sql volatile
as $$
  select clock_timestamp()
         + coalesce(nullif(current_setting('playground.ahead', true), ''), '0')::interval
$$;

create function playground.pass(span interval)
returns timestamptz
language plpgsql
as $$
begin
  perform set_config(
    'playground.ahead', (credits._now() - clock_timestamp() + pass.span)::text, false);
  return credits._now();
end
$$;
