-- _reserve_together: makes the reservations of a batch that _plan_reservations plans: one insert
-- into jobs, one into ledger, one update of profiles. Returns the answers to these elements, in
-- their order.
-- locked: the profiles as the caller has locked them.
-- Raises 23505 where somebody has taken one of the job ids since they were drafted. Jobs are
-- written by ascending id: two batches with the same ids wait for each other and do not deadlock.

create or replace function credits._reserve_together(
  drafts credits._reservation_draft[],
  locked credits.profiles[]
)
returns credits._batch_answer[]
language plpgsql volatile
as $$
declare
  v_now constant timestamptz := credits._now();
  v_answers credits._batch_answer[];
  v_entries credits._batch_entry[];
begin
  with plan as materialized (
    select p.*
      from credits._plan_reservations(
             _reserve_together.drafts, _reserve_together.locked, v_now) p
  ), job as (
    insert into credits.jobs (id, profile_id, state, reserved_cost, monthly_deducted,
                              addon_deducted, reserve_seq, hold_expires_at, hold_due_at,
                              period_start, created_at, spender, meta_json)
    select p.job_id, p.profile_id, 'reserved', p.cost, p.monthly, p.addon, p.seq,
           p.hold_expires_at, p.hold_expires_at, p.period_start, v_now, p.spender,
           coalesce(p.meta, '{}') || credits._deducted_meta(p.cost, p.monthly, p.addon)
      from plan p
     order by p.job_id
  ), hold as (
    update credits.profiles p
       set next_hold_expiry = least(p.next_hold_expiry, h.hold_expires_at)
      from (select e.profile_id, min(e.hold_expires_at) as hold_expires_at
              from plan e
             where e.hold_expires_at is not null
             group by e.profile_id) h
     where p.id = h.profile_id
  )
  select array_agg(
           credits._batch_answer_row(
             p.position,
             reservation => credits._reservation_row(
               p.job_id, p.profile_id, 'reserved', p.cost, p.monthly,
               p.monthly_balance + p.addon_balance, p.seq, false, p.hold_expires_at))
           order by p.position),
         array_agg(
           row(p.profile_id, p.seq, p.job_id, -p.monthly, -p.addon, p.monthly_balance,
               p.addon_balance,
               credits._job_reason('reserve', p.job_id, '-', p.monthly,
                                   p.addon), null, null, null)::credits._batch_entry)
           filter (where p.cost > 0)
    into v_answers, v_entries
    from plan p;
  perform credits._write_entries('reserve', v_entries);
  return v_answers;
end
$$;
