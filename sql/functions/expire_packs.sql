-- expire_packs: expires overdue packs: what is left of them lapses. For a scheduler: no result of
-- any other function depends on it, since every writer first processes the overdue packs of its own
-- profile.
-- Promises: each overdue pack lapses once, no matter how many callers run this at the same time.
--   Of packs that will expire soon it writes the event pack.expiring, where somebody asked for it.
-- Parameters: batch_size: how many overdue packs and holds to process at most, 1 to 10000, profiles
--   with the longest overdue pack first: the holds are those that were due before a pack. Ten
--   times as many packs are announced at most.
-- Result: ledger rows: everything that lapsed, including what lapsed from overdue holds of the same
--   profiles.
-- Locks: profiles, one after the other, and never waits: those that are locked are skipped.
-- Reads: packs, profiles, settings, alerts, and where needed what it writes. Writes: profiles,
--   packs, ledger, events, and for overdue holds: what expire_holds writes.
-- Raises: PT400 missing_argument, invalid_amount.
-- Replay: a second call finds what has become overdue since.

create or replace function credits.expire_packs(batch_size bigint default 100)
returns setof credits.ledger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_now timestamptz;
  v_left bigint := expire_packs.batch_size;
  v_seen uuid[] := array[]::uuid[];
  v_profile_id uuid;
  v_changes credits._change[];
  v_all credits._change[];
begin
  perform credits._check_amount('batch_size', expire_packs.batch_size, 1, 10000);
  v_now := credits._now();
  perform credits._announce_packs(v_now, 10 * expire_packs.batch_size);
  for v_profile_id in
    select k.profile_id
      from credits.packs k
     where k.remaining > 0
       and k.expires_at <= v_now
     order by k.expires_at, k.profile_id, k.seq
  loop
    continue when v_profile_id = any (v_seen);
    v_seen := v_seen || v_profile_id;
    v_changes := credits._sweep(v_profile_id, v_now, v_left);
    return query
      select l.*
        from unnest(v_changes) c
        join credits.ledger l
          on l.profile_id = (c.job).profile_id
         and l.seq = (c.returned).seq + case c.kind when 'lapse' then 0 else 1 end
       where c.kind = 'lapse'
          or (c.returned).monthly_lapsed + (c.returned).addon_lapsed > 0
       order by l.seq;
    v_all := v_all || v_changes;
    v_left := v_left - cardinality(v_changes);
    exit when v_left = 0;
  end loop;
  perform credits._log_expired(v_all);
end
$$;

comment on function credits.expire_packs(bigint) is
  'Expires overdue packs: what is left of them lapses. For a scheduler, safe to run from many '
  'places at once.';
