-- _write_event: tells of something, if anybody wants to be told of it.
-- alert: of the profile, as it is under its lock. seq, subject: as in events. at: when it happened.

create or replace function credits._write_event(
  alert credits.alerts,
  seq bigint,
  kind text,
  subject text,
  at timestamptz,
  payload jsonb
)
returns void
language sql volatile
as $$
  insert into credits.events (profile_id, seq, occurred_at, due_at, kind, subject, payload)
  select (_write_event.alert).profile_id, _write_event.seq, _write_event.at, _write_event.at,
         _write_event.kind, _write_event.subject, _write_event.payload
   where _write_event.kind = any ((_write_event.alert).kinds)
$$;
