-- _settle_together: makes the settlements of a batch that _plan_returns plans: one update of jobs,
-- one insert into ledger, one update of profiles. Returns the answers to these elements, in their
-- order.
-- locked: the profiles as the caller has locked them.

create or replace function credits._settle_together(
  elements credits._batch_element[],
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
      from credits._plan_returns('settle', _settle_together.elements,
                                  _settle_together.locked) p
  ), job as (
    update credits.jobs j
       set state = 'settled',
           settled_cost = p.cost,
           monthly_deducted = p.monthly_kept,
           addon_deducted = p.addon_kept,
           settle_seq = p.seq,
           settle_period_start = p.period_start,
           hold_due_at = null,
           finished_at = v_now,
           meta_json = j.meta_json || credits._deducted_meta(p.cost, p.monthly_kept, p.addon_kept)
      from plan p
     where j.id = p.job_id
       and j.profile_id = p.profile_id
  )
  select array_agg(
           credits._batch_answer_row(
             p.position,
             settlement => row(p.job_id, p.profile_id, p.cost, p.monthly_kept, p.addon_kept, 0,
                               p.monthly, p.addon, 0, 0, 0, 0, false,
                               p.monthly_balance + p.addon_balance - p.monthly - p.addon,
                               p.monthly_balance + p.addon_balance,
                               p.seq, false)::credits.settlement)
           order by p.position),
         array_agg(
           row(p.profile_id, p.seq, p.job_id, p.monthly, p.addon, p.monthly_balance,
               p.addon_balance,
               credits._job_reason('settle', p.job_id, '+', p.monthly,
                                   p.addon), null, null, null)::credits._batch_entry)
           filter (where p.monthly + p.addon > 0)
    into v_answers, v_entries
    from plan p;
  perform credits._write_entries('settle', v_entries);
  return v_answers;
end
$$;
