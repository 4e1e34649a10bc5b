-- _set_aside_events: sets events aside that are due once more and were handed out often enough, so
-- that the later ones of their profiles need not wait for them any longer.
-- at: now. at_most: how many.
-- Reads: settings. Writes: events.

create or replace function credits._set_aside_events(at timestamptz, at_most bigint)
returns void
language sql volatile
as $$
  update credits.events e
     set set_aside_at = _set_aside_events.at
    from (select d.profile_id, d.seq, d.kind, d.subject
            from credits.events d
           where d.finished_at is null
             and d.set_aside_at is null
             and d.due_at <= _set_aside_events.at
             and d.attempts > 0
             and d.attempts >= (select s.event_attempts from credits.settings s where s.only_row)
           limit _set_aside_events.at_most
             for update skip locked) d
   where (e.profile_id, e.seq, e.kind, e.subject) = (d.profile_id, d.seq, d.kind, d.subject)
$$;
