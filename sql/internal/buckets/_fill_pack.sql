-- _fill_pack: puts credits back into a pack, at a moment. A pack that is over by then is reopened
-- with the time it had left when the credits were taken, if it was paid for; a promo pack stays
-- closed.
-- The caller holds the profile's lock and moves addon_credits itself. Returns what lapses.

create or replace function credits._fill_pack(
  profile_id uuid,
  pack_seq bigint,
  amount bigint,
  time_left interval,
  at timestamptz
)
returns bigint
language plpgsql volatile
as $$
declare
  v_pack credits.packs;
begin
  select k.* into strict v_pack
    from credits.packs k
   where k.profile_id = _fill_pack.profile_id
     and k.seq = _fill_pack.pack_seq;
  if v_pack.expires_at <= _fill_pack.at then
    if v_pack.kind = 'promo' then
      update credits.packs k
         set lapsed = k.lapsed + _fill_pack.amount
       where k.profile_id = v_pack.profile_id
         and k.seq = v_pack.seq;
      return _fill_pack.amount;
    end if;
    v_pack.expires_at := greatest(
      v_pack.expires_at, credits._later(_fill_pack.at, _fill_pack.time_left));
  end if;
  update credits.packs k
     set remaining = k.remaining + _fill_pack.amount,
         expires_at = v_pack.expires_at
   where k.profile_id = v_pack.profile_id
     and k.seq = v_pack.seq;
  update credits.profiles p
     set next_pack_expiry = least(p.next_pack_expiry, v_pack.expires_at)
   where p.id = v_pack.profile_id
     and least(p.next_pack_expiry, v_pack.expires_at) is distinct from p.next_pack_expiry;
  return 0::bigint;
end
$$;
