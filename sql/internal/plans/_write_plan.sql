-- _write_plan: writes what was planned for profiles that the caller has locked: the jobs, their
-- draws, the ledger rows, and each profile, pack and renewal once.
-- New jobs are written by ascending id: who writes the same ids waits and does not deadlock.
-- Raises: 23505 where somebody has taken the id of a new job.

create or replace function credits._write_plan(purses credits._purse[], changes credits._change[])
returns void
language plpgsql volatile
as $$
declare
  v_has_new boolean;
  v_has_draws boolean;
  v_has_raises boolean;
  v_has_more boolean; -- than one ledger row
begin
  -- Asked once: a statement that finds nothing to write costs nearly as much as one that does.
  select bool_or(c.kind = 'reserve'), bool_or(cardinality(c.draws) > 0),
         bool_or(c.raises is not null),
         bool_or((c.returned).monthly_lapsed + (c.returned).addon_lapsed
                 + (c.returned).monthly_revoked + (c.returned).addon_revoked > 0)
    into v_has_new, v_has_draws, v_has_raises, v_has_more
    from unnest(_write_plan.changes) c;
  if v_has_new then
    insert into credits.jobs (id, profile_id, state, reserved_cost, monthly_deducted,
                              addon_deducted, pack_deducted, reserve_seq, hold_expires_at,
                              hold_due_at, period_start, created_at, spender,
                              meta_json)
    select (c.job).id, (c.job).profile_id, (c.job).state, (c.job).reserved_cost,
           (c.job).monthly_deducted, (c.job).addon_deducted, (c.job).pack_deducted,
           (c.job).reserve_seq, (c.job).hold_expires_at, (c.job).hold_due_at, (c.job).period_start,
           (c.job).created_at, (c.job).spender, (c.job).meta_json
      from unnest(_write_plan.changes) c
     where c.kind = 'reserve'
     order by (c.job).id;
  end if;
  perform credits._write_jobs(_write_plan.changes);
  if v_has_draws then
    perform credits._write_draws(array(
      select d
        from (select distinct on ((c.job).id) c.draws
                from unnest(_write_plan.changes) with ordinality c
               where cardinality(c.draws) > 0
               order by (c.job).id, c.ordinality desc) c
       cross join unnest(c.draws) d));
  end if;
  if v_has_raises then
    perform credits._write_raises(_write_plan.changes);
  end if;
  perform credits._write_purses(_write_plan.purses);

  insert into credits.ledger (profile_id, seq, ts, kind, job_id, monthly_delta, addon_delta,
                              monthly_balance, addon_balance, reason, reference)
  select (c.job).profile_id, (c.returned).seq, p.changed_at, c.kind, (c.job).id,
         (c.returned).monthly, (c.returned).addon, c.monthly_balance, c.addon_balance,
         case when (c.job).id is null then c.note
              else credits._with_note(
                     credits._job_reason(
                       c.kind, (c.job).id,
                       case when least((c.returned).monthly, (c.returned).addon) < 0 then '-'
                            else '+' end,
                       abs((c.returned).monthly), abs((c.returned).addon)),
                     c.note)
         end,
         c.reference
    from unnest(_write_plan.changes) c
    join credits.profiles p
      on p.id = (c.job).profile_id
     and p.id = any (array(select (u.profile).id from unnest(_write_plan.purses) u))
   where (c.returned).monthly <> 0
      or (c.returned).addon <> 0;
  if v_has_more then
    perform credits._write_more_entries(_write_plan.changes);
  end if;
  if exists (select from unnest(_write_plan.purses) u where (u.profile).watched) then
    perform credits._tell_plan(_write_plan.purses, _write_plan.changes);
  end if;
end
$$;
