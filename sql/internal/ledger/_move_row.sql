-- _move_row: the answer of move_credits, from the ledger rows of that moment.

create or replace function credits._move_row(move credits.moves, replayed boolean)
returns credits.move_result
language plpgsql stable
as $$
declare
  v_move constant credits.moves := _move_row.move;
  v_entry credits.ledger;
  v_to_entry credits.ledger;
  v_row credits.move_result;
begin
  select l.* into strict v_entry
    from credits.ledger l
   where l.profile_id = v_move.profile_id
     and l.seq = v_move.seq;
  select l.* into strict v_to_entry
    from credits.ledger l
   where l.profile_id = v_move.to_profile_id
     and l.seq = v_move.to_seq;
  v_row.profile_id := v_move.profile_id;
  v_row.to_profile_id := v_move.to_profile_id;
  v_row.move_id := v_move.move_id;
  v_row.monthly_moved := -v_entry.monthly_delta;
  v_row.addon_moved := -v_entry.addon_delta;
  v_row.packs := (
    select count(*)
      from credits.move_entries e
      join credits.packs k on k.profile_id = e.to_profile_id and k.seq = e.to_seq
     where e.profile_id = v_move.profile_id
       and e.seq = v_move.seq);
  v_row.new_balance := v_to_entry.monthly_balance + v_to_entry.addon_balance;
  v_row.previous_balance := v_row.new_balance - v_row.monthly_moved - v_row.addon_moved;
  v_row.seq := v_move.seq;
  v_row.to_seq := v_move.to_seq;
  v_row.replayed := _move_row.replayed;
  return v_row;
end
$$;
