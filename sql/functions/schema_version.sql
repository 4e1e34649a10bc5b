-- schema_version: the version of pgcredits whose logic this database runs.
-- Promises: equals the version of the package that migrated it last.
-- Parameters: none.
-- Result: text, such as 0.1.0.
-- Locks: none.
-- Reads: nothing. Writes: nothing.
-- Raises: nothing.
-- Replay: a read.

create or replace function credits.schema_version()
returns text
language sql immutable security definer
set search_path = pg_catalog, pg_temp
as $$
  select '0.1.0'
$$;

comment on function credits.schema_version() is
  'The version of pgcredits whose logic this database runs.';
