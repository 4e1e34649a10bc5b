-- _write_move: moves a profile that is closed by now, and records that for good: what comes back to
-- it later follows. It may not go below zero any more: a debt would be paid by what follows.
-- The caller holds the locks of both profiles, and has brought them up to date.
-- Writes: as _move_rest, and moves.

create or replace function credits._write_move(
  profile credits.profiles,
  to_profile_id uuid,
  move_id text,
  monthly_rest text,
  reason text,
  actor text
)
returns credits.moves
language plpgsql volatile
as $$
declare
  v_profile credits.profiles;
  v_entry credits.ledger;
  v_move credits.moves;
begin
  -- Something may have become due until it was closed.
  select p.* into strict v_profile from credits.profiles p where p.id = (_write_move.profile).id;
  v_entry := credits._move_rest(
    v_profile, _write_move.to_profile_id, _write_move.monthly_rest, _write_move.reason,
    _write_move.move_id, _write_move.actor);
  update credits.profiles p
     set overdraft_limit = 0
   where p.id = v_entry.profile_id
     and p.overdraft_limit > 0;
  insert into credits.moves (profile_id, to_profile_id, seq, to_seq, monthly_rest, move_id)
  select v_entry.profile_id, p.id, v_entry.seq, p.seq, _write_move.monthly_rest,
         _write_move.move_id
    from credits.profiles p
   where p.id = _write_move.to_profile_id
  returning * into v_move;
  return v_move;
end
$$;
