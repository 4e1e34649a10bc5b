-- _run_batch: the answers to the elements of a batch, in their order. Every batch goes this way.
-- kind: reserve, settle or refund. Each element is one of three:
--   simple: many of them are made together, in a few statements;
--   anything else that changes something: made by its single call;
--   without effect: refused for its arguments, or a replay. The single call answers it.
-- Of each profile the simple elements up to the first of the second sort are made together, then
-- all the others one by one. That equals calling one after another: what was passed over in between
-- has no effect, and an element whose job is twice in the batch is never simple.
-- Rows are looked up one by one: a plan for a batch of 500, or one that was made when the tables
-- were empty, might join whole tables instead. Plans are therefore made once for all batches.
-- together: whether to make any together.
-- Raises: 23505 where a job id is taken while reservations are made together.

create or replace function credits._run_batch(
  kind text,
  elements credits._batch_element[],
  together boolean default true
)
returns credits._batch_answer[]
language plpgsql volatile
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_drafts credits._reservation_draft[];
  v_locked credits.profiles[];
  v_made credits._batch_answer[];
  v_rest credits._batch_element[];
  v_log constant text := coalesce(current_setting('credits.log_returns', true), '');
begin
  perform set_config('credits.log_returns', 'off', true); -- two lines sum all elements up
  if _run_batch.together and _run_batch.kind = 'reserve' then
    v_drafts := credits._draft_reservations(_run_batch.elements);
  end if;
  v_locked := credits._lock_profiles(_run_batch.kind, _run_batch.elements);
  if _run_batch.together then
    case _run_batch.kind
      when 'reserve' then
        v_made := credits._reserve_together(v_drafts, v_locked);
      when 'settle' then
        v_made := credits._settle_together(_run_batch.elements, v_locked);
      when 'refund' then
        v_made := credits._refund_together(_run_batch.elements, v_locked);
    end case;
  end if;
  if cardinality(v_made) is distinct from cardinality(_run_batch.elements) then
    v_rest := array(
      select e
        from unnest(_run_batch.elements) e
       where e.position not in (select m.position from unnest(v_made) m));
    v_made := array(
      select a
        from unnest(v_made || credits._call_each(_run_batch.kind, v_rest)) a
       order by a.position);
  end if;
  perform set_config('credits.log_returns', v_log, true);
  perform credits._log_batch(v_locked, v_made);
  return v_made;
end
$$;
