-- _move_pack: what is left of a pack is a pack of another profile, with the same expiry, kind and
-- priority. It has a grant of its own there, under a free reference that is made of the profile
-- that gave, its ledger row and the pack: what a caller grants under the payment's reference is
-- another grant.
-- entry: the ledger row of the profile that gave. The caller holds the locks of both profiles, and
-- empties the pack.
-- Writes: profiles, ledger, addon_grants, packs, move_entries.

create or replace function credits._move_pack(
  pack credits.packs,
  entry credits.ledger,
  to_profile_id uuid,
  note text
)
returns void
language plpgsql volatile
as $$
declare
  v_pack constant credits.packs := _move_pack.pack;
  v_reference text := format(
    'move %s/%s/%s', v_pack.profile_id, (_move_pack.entry).seq, v_pack.seq);
  v_entry credits.ledger;
begin
  -- A caller may have used it. Nothing that follows a move is refused for that.
  while exists (select from credits.addon_grants g
                 where g.profile_id = _move_pack.to_profile_id
                   and g.reference = v_reference)
     or (credits._keyed_entry(_move_pack.to_profile_id, 'move', v_reference)).seq is not null
  loop
    v_reference := v_reference || '+';
  end loop;
  perform credits._write_ledger(
    _move_pack.to_profile_id, 'move', null, 0, v_pack.remaining,
    format('move of a pack from %s (addon: %s): %s', v_pack.profile_id,
           credits._delta_text(v_pack.remaining), _move_pack.note),
    v_reference, (_move_pack.entry).actor);
  v_entry := credits._newest_entry(_move_pack.to_profile_id);
  insert into credits.addon_grants (profile_id, seq, amount, granted_at, exclusive, kind, reference)
  values (v_entry.profile_id, v_entry.seq, v_pack.remaining, v_entry.ts, false, v_pack.kind,
          v_entry.reference);
  insert into credits.packs (profile_id, seq, amount, remaining, expires_at, granted_until, kind,
                             priority)
  values (v_entry.profile_id, v_entry.seq, v_pack.remaining, v_pack.remaining, v_pack.expires_at,
          v_pack.expires_at, v_pack.kind, v_pack.priority);
  update credits.profiles p
     set next_pack_expiry = least(p.next_pack_expiry, v_pack.expires_at),
         early_packs = p.early_packs or credits._is_early(v_pack.priority)
   where p.id = v_entry.profile_id;
  perform credits._plan_notices(array[v_entry.profile_id]);
  perform credits._write_move_entry(_move_pack.entry, v_entry);
end
$$;
