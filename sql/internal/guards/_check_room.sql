-- _check_room: refuses credits that a profile has no room for. What is asked for is at most the
-- largest amount already, and may be no parameter at all, so the hint speaks of the profile.
-- room: see _room.
-- Raises: PT400 invalid_amount.

create or replace function credits._check_room(
  parameter text,
  amount bigint,
  minimum bigint,
  room bigint
)
returns void
language plpgsql stable
as $$
begin
  if _check_room.amount > _check_room.room then
    perform credits._refuse_amount(
      _check_room.parameter, _check_room.amount, _check_room.minimum, _check_room.room,
      format('The profile is too full: both buckets together hold at most 9007199254740991 '
             'credits. The most that fits here now is %s.', _check_room.room));
  end if;
end
$$;
