-- _write_entries: what _write_ledger does, for many rows at a time: the ledger rows of a batch, and
-- the balances of their profiles, which move by the same amounts. A profile is also told of the
-- periods and packs that begin.
-- The caller holds the locks of all these profiles and has numbered the rows of each from its seq.

create or replace function credits._write_entries(kind text, entries credits._batch_entry[])
returns void
language plpgsql volatile
as $$
declare
  v_watched uuid[];
  v_moved record;
  v_now constant timestamptz := credits._now();
begin
  insert into credits.ledger (profile_id, seq, ts, kind, job_id, monthly_delta, addon_delta,
                              monthly_balance, addon_balance, reason, reference)
  select e.profile_id, e.seq, greatest(v_now, p.changed_at), _write_entries.kind, e.job_id,
         e.monthly_delta, e.addon_delta, e.monthly_balance, e.addon_balance, e.reason,
         e.reference
    from unnest(_write_entries.entries) e
    join credits.profiles p on p.id = e.profile_id;

  with written as (
    update credits.profiles p
       set credits_remaining = p.credits_remaining + moved.monthly,
           addon_credits = p.addon_credits + moved.addon,
           seq = p.seq + moved.entries,
           period_start = coalesce(moved.period_start, p.period_start),
           next_pack_expiry = least(p.next_pack_expiry, moved.expires_at),
           changed_at = greatest(v_now, p.changed_at)
      from (select e.profile_id, sum(e.monthly_delta)::bigint as monthly,
                   sum(e.addon_delta)::bigint as addon, count(*) as entries,
                   max(e.period_start) as period_start, min(e.expires_at) as expires_at
              from unnest(_write_entries.entries) e
             group by e.profile_id) moved
     where p.id = moved.profile_id
    returning p.id, p.watched
  )
  select array_agg(w.id) filter (where w.watched) into v_watched
    from written w;
  if v_watched is null then
    return;
  end if;
  for v_moved in
    select e.profile_id as id, min(e.seq) as seq
      from unnest(_write_entries.entries) e
     where e.profile_id = any (v_watched)
     group by e.profile_id
     order by e.profile_id
  loop
    perform credits._tell(v_moved.id, v_moved.seq - 1);
  end loop;
end
$$;
