-- _check_move: refuses a move from a profile that was moved or that owes credits, one to a profile
-- that is closed or has no room, and a move_id that is the reference of a pack that was moved here.
-- move: of the profile, or nulls.
-- Raises: PT400 invalid_amount; PT409 reference_conflict, wrong_state; PT410 profile_closed.

create or replace function credits._check_move(
  profile credits.profiles,
  to_profile credits.profiles,
  move credits.moves,
  move_id text,
  monthly_rest text
)
returns void
language plpgsql stable
as $$
declare
  v_profile constant credits.profiles := _check_move.profile;
  v_perpetual bigint;
begin
  if (_check_move.move).profile_id is not null then
    raise exception using
      errcode = 'PT409',
      message = 'wrong_state',
      detail = '{"state": "moved"}',
      hint = 'The credits of this profile were moved under another move_id. What its jobs give '
             'back goes to its successor by itself.';
  end if;
  if (credits._keyed_entry(v_profile.id, 'move', _check_move.move_id)).seq is not null then
    perform credits._refuse_conflict(
      'move_id', null, to_jsonb(_check_move.move_id),
      'A pack that was moved to this profile has this reference: move under another move_id.');
  end if;
  if (_check_move.to_profile).closed_at is not null then
    perform credits._refuse_closed();
  end if;
  v_perpetual := credits._perpetual_rest(v_profile);
  if v_perpetual < 0 then
    raise exception using
      errcode = 'PT409',
      message = 'wrong_state',
      detail = jsonb_build_object('debt', -v_perpetual),
      hint = 'The profile owes credits, and a debt is not moved: pay it first, with grant_addon, '
             'or of a closed profile with adjust_credits.';
  end if;
  perform credits._check_room(
    'to_profile_id',
    v_profile.addon_credits
      + case _check_move.monthly_rest when 'leave' then 0 else v_profile.credits_remaining end,
    0,
    credits._room((_check_move.to_profile).credits_remaining,
                  (_check_move.to_profile).addon_credits));
end
$$;
