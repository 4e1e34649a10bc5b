-- _fill_pack: puts credits back into a pack, at a moment. A pack that is over by then is reopened
-- with the time it had left when the credits were taken, if it was paid for; a promo pack stays
-- closed, and they lapse.
-- Pure. Returns the pack as it is then.

create or replace function credits._fill_pack(
  pack credits.packs,
  amount bigint,
  time_left interval,
  at timestamptz
)
returns credits.packs
language plpgsql immutable
as $$
declare
  v_pack credits.packs := _fill_pack.pack;
begin
  if credits._stays_closed(v_pack, _fill_pack.at) then
    v_pack.lapsed := v_pack.lapsed + _fill_pack.amount;
    return v_pack;
  end if;
  if v_pack.expires_at <= _fill_pack.at then
    v_pack.expires_at := greatest(
      v_pack.expires_at, credits._later(_fill_pack.at, _fill_pack.time_left));
  end if;
  v_pack.remaining := v_pack.remaining + _fill_pack.amount;
  return v_pack;
end
$$;
