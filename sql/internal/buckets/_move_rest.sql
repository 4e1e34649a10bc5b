-- _move_rest: all that is left of a profile goes to another one: its packs as they are, and the
-- rest in one ledger row. One ledger row of the profile says what went, also where nothing did.
-- The caller holds the locks of both, and has brought them up to date.
-- monthly_rest: as in moves. note: why. move_id: of the move itself; null for what follows it.
-- Returns the ledger row of the profile that gave.
-- Writes: profiles, ledger, move_entries, and for packs: packs, addon_grants.

create or replace function credits._move_rest(
  profile credits.profiles,
  to_profile_id uuid,
  monthly_rest text,
  note text,
  move_id text default null,
  actor text default null
)
returns credits.ledger
language plpgsql volatile
as $$
declare
  v_profile constant credits.profiles := _move_rest.profile;
  v_monthly constant bigint :=
    case _move_rest.monthly_rest when 'leave' then 0 else v_profile.credits_remaining end;
  v_perpetual bigint := credits._perpetual_rest(v_profile);
  v_into_month bigint := 0::bigint;
  v_entry credits.ledger;
  v_to_entry credits.ledger;
  v_pack credits.packs;
begin
  perform credits._write_ledger(
    v_profile.id, 'move', null, -v_monthly, -v_profile.addon_credits,
    format('move to %s (monthly: %s, addon: %s): %s', _move_rest.to_profile_id,
           credits._delta_text(-v_monthly), credits._delta_text(-v_profile.addon_credits),
           _move_rest.note),
    _move_rest.move_id, _move_rest.actor);
  v_entry := credits._newest_entry(v_profile.id);

  if _move_rest.monthly_rest = 'monthly' then
    v_into_month := v_monthly;
  else
    v_perpetual := v_perpetual + v_monthly;
  end if;
  if v_into_month + v_perpetual > 0 then
    perform credits._write_ledger(
      _move_rest.to_profile_id, 'move', null, v_into_month, v_perpetual,
      format('move from %s (monthly: %s, addon: %s): %s', v_profile.id,
             credits._delta_text(v_into_month), credits._delta_text(v_perpetual),
             _move_rest.note),
      null, _move_rest.actor);
    v_to_entry := credits._newest_entry(_move_rest.to_profile_id);
    perform credits._write_move_entry(v_entry, v_to_entry);
  end if;
  if v_profile.next_pack_expiry is null then
    return v_entry;
  end if;
  for v_pack in
    select k.*
      from credits.packs k
     where k.profile_id = v_profile.id
       and k.remaining > 0
     order by k.seq
  loop
    perform credits._move_pack(v_pack, v_entry, _move_rest.to_profile_id, _move_rest.note);
  end loop;
  update credits.packs k
     set remaining = 0
   where k.profile_id = v_profile.id
     and k.remaining > 0;
  update credits.profiles p
     set next_pack_expiry = null
   where p.id = v_profile.id;
  return v_entry;
end
$$;
