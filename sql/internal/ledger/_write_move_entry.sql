-- _write_move_entry: records which ledger row of a successor took what one of a moved profile gave.

create or replace function credits._write_move_entry(
  entry credits.ledger,
  to_entry credits.ledger
)
returns void
language sql volatile
as $$
  insert into credits.move_entries (profile_id, seq, to_profile_id, to_seq)
  values ((_write_move_entry.entry).profile_id, (_write_move_entry.entry).seq,
          (_write_move_entry.to_entry).profile_id, (_write_move_entry.to_entry).seq)
$$;
