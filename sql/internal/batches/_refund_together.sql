-- _refund_together: makes the refunds of a batch that _plan_returns plans: one update of jobs, one
-- insert into ledger, one update of profiles. Returns the answers to these elements, in their
-- order.
-- locked: the profiles as the caller has locked them.

create or replace function credits._refund_together(
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
      from credits._plan_returns('refund', _refund_together.elements,
                                  _refund_together.locked) p
  ), job as (
    update credits.jobs j
       set monthly_refunded = p.monthly,
           addon_refunded = p.addon,
           state = 'refunded',
           closing_seq = p.seq,
           finished_at = coalesce(j.finished_at, v_now),
           hold_due_at = null,
           meta_json = j.meta_json || credits._refunded_meta(p.monthly, p.addon)
      from plan p
     where j.id = p.job_id
       and j.profile_id = p.profile_id
  )
  select array_agg(
           credits._batch_answer_row(
             p.position,
             refund => row(p.job_id, p.profile_id, 'refunded', p.monthly + p.addon, p.monthly,
                           p.addon, 0, 0, 0, 0, 'recorded',
                           p.monthly_balance + p.addon_balance - p.monthly - p.addon,
                           p.monthly_balance + p.addon_balance,
                           p.seq, false)::credits.refund)
           order by p.position),
         array_agg(
           row(p.profile_id, p.seq, p.job_id, p.monthly, p.addon, p.monthly_balance,
               p.addon_balance,
               credits._with_note(
                 credits._job_reason('refund', p.job_id, '+', p.monthly, p.addon), p.reason),
               null, null, null)::credits._batch_entry
           order by p.position)
           filter (where p.monthly + p.addon > 0)
    into v_answers, v_entries
    from plan p;
  perform credits._write_entries('refund', v_entries);
  return v_answers;
end
$$;
