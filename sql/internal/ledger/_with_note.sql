-- _with_note: a reason with what the caller adds to it, if anything.

create or replace function credits._with_note(reason text, note text)
returns text
language sql stable
as $$
  select concat_ws(': ', _with_note.reason, _with_note.note)
$$;
