-- expire_holds: gives back the credits of overdue holds. For a scheduler: no result of any other
-- function depends on it, since every writer first processes the overdue holds of its own profile.
-- Promises: each overdue hold goes back once, no matter how many callers run this at the same time.
-- Parameters: batch_size: how many holds to look at, 1 to 10000, the longest overdue first.
-- Result: refund, one row for each hold that went back, as refund_job would return it.
-- Locks: profiles, one after the other by ascending id; those that are locked already are skipped.
-- Reads: jobs, profiles, packs, renewals, settings. Writes: profiles, jobs, ledger, and where
--   needed: packs, pack_draws, renewals; one line in the server's log.
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
  v_due record;
  v_job_ids uuid[];
  v_job credits.jobs;
  v_refund credits.refund;
  v_log constant text := coalesce(current_setting('credits.log_returns', true), '');
  v_jobs bigint := 0::bigint;
  v_monthly bigint := 0::bigint;
  v_addon bigint := 0::bigint;
begin
  perform credits._check_amount('batch_size', expire_holds.batch_size, 1, 10000);
  perform set_config('credits.log_returns', 'off', true); -- one line sums all profiles up

  for v_due in
    select d.profile_id, array_agg(d.id) as job_ids
      from (select j.profile_id, j.id, j.hold_due_at
              from credits.jobs j
             where j.hold_due_at <= credits._now()
             order by j.hold_due_at, j.id
             limit expire_holds.batch_size) d
     group by d.profile_id
     order by d.profile_id
  loop
    continue when not credits._try_lock_profile(v_due.profile_id);
    -- Under the lock: another session may have processed some of them.
    select array_agg(j.id order by j.hold_due_at, j.id) into v_job_ids
      from credits.jobs j
     where j.profile_id = v_due.profile_id
       and j.id = any (v_due.job_ids)
       and j.hold_due_at <= credits._now();
    perform credits._bring_up_to_date(credits._lock_profile(v_due.profile_id));
    for v_job in
      select j.*
        from unnest(v_job_ids) with ordinality d (id, position)
        join credits.jobs j on j.id = d.id and j.profile_id = v_due.profile_id
       order by d.position
    loop
      -- What its expiry gave back; a free job gave back nothing and has no ledger row.
      v_refund := credits._answer_ended_job(v_job, 'expire');
      v_refund.replayed := false;
      v_jobs := v_jobs + case when v_refund.amount > 0 then 1 else 0 end;
      v_monthly := v_monthly + v_refund.monthly_refunded;
      v_addon := v_addon + v_refund.addon_refunded;
      return next v_refund;
    end loop;
  end loop;
  perform set_config('credits.log_returns', v_log, true);
  perform credits._log_returns('expire', v_jobs, v_monthly, v_addon);
end
$$;

comment on function credits.expire_holds(bigint) is
  'Gives back the credits of overdue holds; for a scheduler, safe to run from many places at once.';
