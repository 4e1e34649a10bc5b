-- _event_row: an event as a consumer is handed it. Its id names its key.

create or replace function credits._event_row(event credits.events)
returns credits.event
language sql immutable
as $$
  select row(
    (event).profile_id || ':' || (event).seq || ':' || (event).kind
      || case (event).subject when '' then '' else ':' || (event).subject end,
    (event).profile_id, (event).seq, (event).kind, (event).subject, (event).occurred_at,
    (event).payload, (event).attempts
  )::credits.event
$$;
