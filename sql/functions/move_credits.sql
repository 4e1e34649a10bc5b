-- move_credits: moves all that is left of a profile to another one, its successor, and closes the
-- profile: two accounts become one.
-- Promises: once. Packs keep their expiry, kind and priority. What jobs of the profile give back
--   later, or a dispute that is won, goes on to the successor in the same transaction. Nothing is
--   lost or made: both profiles together have what they had.
-- Parameters: profile_id: whose credits; to_profile_id: who gets them, an open profile; move_id:
--   the caller's key; reason: why; actor: who; monthly_rest: where monthly credits go: monthly
--   (into the month of to_profile_id), addon (to its credits that never expire) or leave (they
--   stay).
-- Result: move_result; the balances are those of to_profile_id, monthly + addon.
-- Locks: both profiles, by ascending id. From then on every call on profile_id also locks its
--   successors, and writes what follows to their profiles, ledger, packs, addon_grants and
--   move_entries.
-- Reads: profiles, ledger, packs, moves. Writes: profiles, ledger, moves, move_entries, and for
--   packs: packs, addon_grants.
-- Raises: PT400 missing_argument, invalid_reference, invalid_option, invalid_amount; PT404
--   profile_not_found; PT409 reference_conflict, wrong_state; PT410 profile_closed.
-- Replay: the same move_id with the same to_profile_id and monthly_rest returns the first result;
--   where one of these differs it is reference_conflict. Reason and actor are not compared. A
--   profile is moved once: another move_id is wrong_state.

create or replace function credits.move_credits(
  profile_id uuid,
  to_profile_id uuid,
  move_id text,
  reason text,
  actor text,
  monthly_rest text default 'monthly'
)
returns credits.move_result
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_locked credits.profiles[];
  v_profile credits.profiles;
  v_to credits.profiles;
  v_move credits.moves;
begin
  perform credits._check_present('profile_id', move_credits.profile_id is not null);
  perform credits._check_present('to_profile_id', move_credits.to_profile_id is not null);
  perform credits._check_text('move_id', move_credits.move_id);
  perform credits._check_text('reason', move_credits.reason);
  perform credits._check_text('actor', move_credits.actor);
  perform credits._check_option(
    'monthly_rest', move_credits.monthly_rest, array['monthly', 'addon', 'leave']);
  if move_credits.to_profile_id = move_credits.profile_id then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_reference',
      detail = '{"parameter": "to_profile_id"}',
      hint = 'Give another profile than profile_id for to_profile_id.';
  end if;

  v_locked := credits._bring_all_up_to_date(
    credits._lock_in_order(array[move_credits.profile_id, move_credits.to_profile_id]));
  select p.* into v_profile from unnest(v_locked) p where p.id = move_credits.profile_id;
  select p.* into v_to from unnest(v_locked) p where p.id = move_credits.to_profile_id;
  if v_profile.id is null or v_to.id is null then
    perform credits._refuse_unknown_profile();
  end if;

  select m.* into v_move from credits.moves m where m.profile_id = v_profile.id;
  if v_move.move_id = move_credits.move_id then
    perform credits._check_same_move(v_move, v_to.id, move_credits.monthly_rest);
    return credits._move_row(v_move, true);
  end if;
  perform credits._check_move(
    v_profile, v_to, v_move, move_credits.move_id, move_credits.monthly_rest);

  perform credits.close_profile(v_profile.id, move_credits.reason, move_credits.actor);
  v_move := credits._write_move(
    v_profile, v_to.id, move_credits.move_id, move_credits.monthly_rest, move_credits.reason,
    move_credits.actor);
  return credits._move_row(v_move, false);
end
$$;

comment on function credits.move_credits(uuid, uuid, text, text, text, text) is
  'Moves all that is left of a profile to another one and closes it, once per move id. What its '
  'jobs give back later follows.';
