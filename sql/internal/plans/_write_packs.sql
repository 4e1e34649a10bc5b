-- _write_packs: writes the packs that have changed.

create or replace function credits._write_packs(packs credits.packs[])
returns void
language plpgsql volatile
as $$
begin
  if coalesce(cardinality(_write_packs.packs), 0) = 0 then
    return;
  end if;
  update credits.packs k
     set remaining = w.remaining,
         lapsed = w.lapsed,
         expires_at = w.expires_at
    from unnest(_write_packs.packs) w
   where k.profile_id = w.profile_id
     and k.seq = w.seq
     and (k.remaining, k.lapsed, k.expires_at) <> (w.remaining, w.lapsed, w.expires_at);
end
$$;
