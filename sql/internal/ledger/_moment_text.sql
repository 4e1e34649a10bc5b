-- _moment_text: a moment as the ledger tells it to people, in UTC.

create or replace function credits._moment_text(moment timestamptz)
returns text
language sql immutable
as $$
  select to_char(_moment_text.moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;
