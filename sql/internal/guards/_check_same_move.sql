-- _check_same_move: refuses a move_id that was used for another successor or another place for the
-- month. stored of the successor stays null: it may be a profile that the caller does not know.
-- Raises: PT409 reference_conflict.

create or replace function credits._check_same_move(
  move credits.moves,
  to_profile_id uuid,
  monthly_rest text
)
returns void
language plpgsql stable
as $$
declare
  c_hint constant text := 'These credits were moved already, in another way: they are moved once.';
begin
  if (_check_same_move.move).to_profile_id <> _check_same_move.to_profile_id then
    perform credits._refuse_conflict(
      'to_profile_id', null, to_jsonb(_check_same_move.to_profile_id), c_hint);
  end if;
  if (_check_same_move.move).monthly_rest <> _check_same_move.monthly_rest then
    perform credits._refuse_conflict(
      'monthly_rest', to_jsonb((_check_same_move.move).monthly_rest),
      to_jsonb(_check_same_move.monthly_rest), c_hint);
  end if;
end
$$;
