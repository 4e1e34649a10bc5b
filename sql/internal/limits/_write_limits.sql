-- _write_limits: writes what limits count, where it has changed.

create or replace function credits._write_limits(limits credits.limits[])
returns void
language plpgsql volatile
as $$
begin
  update credits.limits l
     set spent = w.spent,
         since_seq = w.since_seq,
         window_start = w.window_start,
         resets_at = w.resets_at
    from unnest(_write_limits.limits) w
   where l.profile_id = w.profile_id
     and l.spender = w.spender
     and l.window_name = w.window_name
     and (l.spent, l.since_seq, l.resets_at)
         is distinct from (w.spent, w.since_seq, w.resets_at);
end
$$;
