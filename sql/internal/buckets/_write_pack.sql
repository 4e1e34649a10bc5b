-- _write_pack: a grant that expires: its pack, and the profile is told of the deadline.
-- Writes: packs, profiles.

create or replace function credits._write_pack(
  entry credits.ledger,
  expires_at timestamptz,
  kind text,
  priority bigint
)
returns void
language plpgsql volatile
as $$
begin
  insert into credits.packs (profile_id, seq, amount, remaining, expires_at, granted_until, kind,
                             priority)
  values ((_write_pack.entry).profile_id, (_write_pack.entry).seq, (_write_pack.entry).addon_delta,
          (_write_pack.entry).addon_delta, _write_pack.expires_at, _write_pack.expires_at,
          _write_pack.kind, _write_pack.priority);
  update credits.profiles p
     set next_pack_expiry = least(p.next_pack_expiry, _write_pack.expires_at)
   where p.id = (_write_pack.entry).profile_id;
end
$$;
