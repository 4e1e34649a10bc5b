-- _run_batch: the answers to the elements of a batch, in their order. Every batch goes this way.
-- kind: reserve, settle, refund, renew or grant. Each element is one of three:
--   simple: many of them are made together, in a few statements; so is all that renewals and grants
--     change;
--   anything else that changes something: planned in memory, and written with all the others;
--   without effect: refused for its arguments, or a replay. Its single call answers it.
-- That equals calling one after another, since what has no effect may be answered at any time.
-- New jobs are written by ascending id, all of them together or all as planned: two batches with
-- the same ids wait for each other and do not deadlock.
-- Rows are looked up one by one: a plan for a batch of 500, or one that was made when the tables
-- were empty, might join whole tables instead. Plans are therefore made once for all batches.
-- Raises: 23505 where somebody takes a job id while its reservation is made, or a reference that
--   only one profile may have.

create or replace function credits._run_batch(kind text, elements credits._batch_element[])
returns credits._batch_answer[]
language plpgsql volatile
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_drafts credits._reservation_draft[];
  v_locked credits.profiles[];
  v_answers credits._batch_answer[];
begin
  if _run_batch.kind = 'reserve' then
    v_drafts := credits._draft_reservations(_run_batch.elements);
  end if;
  v_locked := credits._lock_profiles(_run_batch.kind, _run_batch.elements);
  case _run_batch.kind
    when 'reserve' then
      if credits._can_be_made_together(v_drafts, v_locked) then
        v_answers := credits._reserve_together(v_drafts, v_locked);
      end if;
    when 'settle' then
      v_answers := credits._settle_together(_run_batch.elements, v_locked);
    when 'refund' then
      v_answers := credits._refund_together(_run_batch.elements, v_locked);
    when 'renew' then
      v_answers := credits._renew_together(_run_batch.elements, v_locked);
    when 'grant' then
      v_answers := credits._grant_together(_run_batch.elements, v_locked);
  end case;

  if _run_batch.kind in ('reserve', 'settle', 'refund') then
    v_answers := v_answers || credits._change_each(
      _run_batch.kind, credits._unanswered(_run_batch.elements, v_answers), v_locked);
  end if;
  v_answers := v_answers || credits._call_each(
    _run_batch.kind, credits._unanswered(_run_batch.elements, v_answers));
  if _run_batch.kind = 'refund' then
    perform credits._log_returns('refund', r.jobs, r.monthly, r.addon)
       from (select count(*) as jobs, sum((a.refund).monthly_refunded)::bigint as monthly,
                    sum((a.refund).addon_refunded)::bigint as addon
               from unnest(v_answers) a
              where (a.refund).amount > 0
                and not (a.refund).replayed) r;
  end if;
  return array(select a from unnest(v_answers) a order by a.position);
end
$$;
