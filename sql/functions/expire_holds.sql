-- expire_holds: gives back the credits of overdue holds. For a scheduler: no result of any other
-- function depends on it, since every writer first processes the overdue holds of its own profile.
-- Promises: each overdue hold goes back once, no matter how many callers run this at the same time.
-- Parameters: batch_size: how many overdue holds and packs to process at most, 1 to 10000, profiles
--   with the longest overdue hold first: the packs are those that were due before a hold.
-- Result: refund, one row for each hold that went back, as refund_job would return it.
-- Locks: profiles, one after the other, and never waits: those that are locked are skipped.
-- Reads: jobs, profiles, settings, and where needed what it writes. Writes: profiles, jobs, ledger,
--   and where needed: packs, pack_draws, raises, renewals, revocations, limits; one line in the
--   server's log, if asked for.
-- Raises: PT400 missing_argument, invalid_amount.
-- Replay: a second call finds what has become overdue since.

create or replace function credits.expire_holds(batch_size bigint default 100)
returns setof credits.refund
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_now timestamptz;
  v_left bigint := expire_holds.batch_size;
  v_seen uuid[] := array[]::uuid[];
  v_profile_id uuid;
  v_changes credits._change[];
  v_all credits._change[];
begin
  perform credits._check_amount('batch_size', expire_holds.batch_size, 1, 10000);
  v_now := credits._now();
  for v_profile_id in
    select j.profile_id
      from credits.jobs j
     where j.hold_due_at <= v_now
     order by j.hold_due_at, j.id
  loop
    continue when v_profile_id = any (v_seen);
    v_seen := v_seen || v_profile_id;
    v_changes := credits._sweep(v_profile_id, v_now, v_left);
    return query
      select r.*
        from unnest(v_changes) c
       cross join credits._refund_row(c.job, c.returned, false) r
       where c.kind = 'expire';
    v_all := v_all || v_changes;
    v_left := v_left - cardinality(v_changes);
    exit when v_left = 0;
  end loop;
  perform credits._log_expired(v_all);
end
$$;

comment on function credits.expire_holds(bigint) is
  'Gives back the credits of overdue holds; for a scheduler, safe to run from many places at once.';
