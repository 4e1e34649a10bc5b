-- _overdue_credits: what is left in the packs of a profile that are overdue at this moment and not
-- yet processed: it is in the addon bucket, and cannot be spent any more.

create or replace function credits._overdue_credits(profile credits.profiles, at timestamptz)
returns bigint
language plpgsql stable
as $$
begin
  -- Most profiles have no such pack, and say so themselves.
  if (_overdue_credits.profile).next_pack_expiry <= _overdue_credits.at then
    return (
      select coalesce(sum(k.remaining), 0)::bigint
        from credits.packs k
       where k.profile_id = (_overdue_credits.profile).id
         and k.remaining > 0
         and k.expires_at <= _overdue_credits.at);
  end if;
  return 0::bigint;
end
$$;
