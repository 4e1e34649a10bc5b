-- _write_limits: writes what limits count, where it has changed, and tells of those that are
-- reached by that, once in a window.

create or replace function credits._write_limits(limits credits.limits[])
returns void
language plpgsql volatile
as $$
begin
  with reached as ( -- by a draw: what comes back reaches nothing
    select w.*
      from unnest(_write_limits.limits) w
      join credits.limits l
        on (l.profile_id, l.spender, l.window_name) = (w.profile_id, w.spender, w.window_name)
     where (w.spent > l.spent or w.resets_at <> l.resets_at)
       and w.spent >= w.amount
       and w.amount > 0
  ), written as (
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
           is distinct from (w.spent, w.since_seq, w.resets_at)
  )
  insert into credits.events (profile_id, seq, occurred_at, due_at, kind, subject, payload)
  select p.id, w.since_seq, t.at, t.at, 'limit.reached', concat_ws(' ', nullif(w.spender, ''),
         w.window_name),
         jsonb_build_object('spender', nullif(w.spender, ''), 'window', w.window_name,
                            'limit', w.amount, 'resets_at', w.resets_at)
    from reached w
    join credits.alerts a on a.profile_id = w.profile_id
    join credits.profiles p on p.id = a.profile_id
   cross join lateral (select greatest(credits._now(), p.changed_at) as at) t
   where 'limit.reached' = any (a.kinds)
  on conflict do nothing;
end
$$;
