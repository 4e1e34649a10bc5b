-- expire_packs: expires overdue packs: what is left of them lapses. For a scheduler: no result of
-- any other function depends on it, since every writer first processes the overdue packs of its own
-- profile.
-- Promises: each overdue pack lapses once, no matter how many callers run this at the same time.
-- Parameters: batch_size: how many profiles to look at, 1 to 10000, the longest overdue first.
-- Result: ledger rows: everything that lapsed, including what lapsed from overdue holds of the same
--   profiles.
-- Locks: profiles, one after the other by ascending id; those that are locked already are skipped.
-- Reads: packs, jobs, profiles, renewals, settings. Writes: profiles, packs, ledger, and for
--   overdue holds: jobs, pack_draws, renewals, and one line in the server's log.
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
  v_profile_id uuid;
  v_seq bigint;
  v_log constant text := coalesce(current_setting('credits.log_returns', true), '');
  v_jobs bigint := 0::bigint;
  v_monthly bigint := 0::bigint;
  v_addon bigint := 0::bigint;
begin
  perform credits._check_amount('batch_size', expire_packs.batch_size, 1, 10000);
  perform set_config('credits.log_returns', 'off', true); -- one line sums all profiles up

  for v_profile_id in
    select d.profile_id
      from (select k.profile_id
              from credits.packs k
             where k.remaining > 0
               and k.expires_at <= credits._now()
             group by k.profile_id
             order by min(k.expires_at), k.profile_id
             limit expire_packs.batch_size) d
     order by d.profile_id
  loop
    continue when not credits._try_lock_profile(v_profile_id);
    select p.seq into strict v_seq from credits.profiles p where p.id = v_profile_id;
    perform credits._bring_up_to_date(credits._lock_profile(v_profile_id));
    return query
      select l.*
        from credits.ledger l
       where l.profile_id = v_profile_id
         and l.seq > v_seq
         and l.kind = 'lapse'
       order by l.seq;
    select v_jobs + count(*), v_monthly + coalesce(sum(l.monthly_delta), 0),
           v_addon + coalesce(sum(l.addon_delta), 0)
      into v_jobs, v_monthly, v_addon
      from credits.ledger l
     where l.profile_id = v_profile_id
       and l.seq > v_seq
       and l.kind = 'expire';
  end loop;
  perform set_config('credits.log_returns', v_log, true);
  perform credits._log_returns('expire', v_jobs, v_monthly, v_addon);
end
$$;

comment on function credits.expire_packs(bigint) is
  'Expires overdue packs: what is left of them lapses. For a scheduler, safe to run from many '
  'places at once.';
