-- _write_limit: writes a limit as it was set, or takes it away where it has no amount. Returns what
-- is left of it.
-- The caller holds the profile's lock.

create or replace function credits._write_limit(spend_limit credits.limits)
returns credits.limits
language plpgsql volatile
as $$
declare
  v_limit credits.limits := _write_limit.spend_limit;
begin
  if v_limit.amount is null then
    delete from credits.limits l
     where l.profile_id = v_limit.profile_id
       and l.spender = v_limit.spender
       and l.window_name = v_limit.window_name;
    v_limit.spent := null;
    v_limit.window_start := null;
    v_limit.resets_at := null;
    v_limit.time_zone := null;
    return v_limit;
  end if;
  insert into credits.limits as l (profile_id, amount, spent, since_seq, window_start, resets_at,
                                   spender, window_name, time_zone)
  select v_limit.profile_id, v_limit.amount, v_limit.spent, v_limit.since_seq,
         v_limit.window_start, v_limit.resets_at, v_limit.spender, v_limit.window_name,
         v_limit.time_zone
      on conflict on constraint limits_pkey do update
     set amount = excluded.amount,
         spent = excluded.spent,
         since_seq = excluded.since_seq,
         window_start = excluded.window_start,
         resets_at = excluded.resets_at,
         time_zone = excluded.time_zone;
  update credits.profiles p
     set limited = true
   where p.id = v_limit.profile_id
     and not p.limited;
  return v_limit;
end
$$;
