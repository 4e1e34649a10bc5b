-- _refund_one: one element of a batch through refund_job; its refusal is the element's answer and
-- undoes only what this element did. Each has a subtransaction of its own, so that no line of the
-- server's log tells of what was undone.

create or replace function credits._refund_one(request credits._refund_request)
returns credits.batch_refund
language plpgsql volatile
as $$
declare
  v_request constant credits._refund_request := _refund_one.request;
  v_job_id uuid;
  v_profile_id uuid;
  v_detail text;
  v_hint text;
  v_answer credits.batch_refund;
begin
  v_answer.position := v_request.position;
  select e.job_id, e.profile_id
    into v_job_id, v_profile_id
    from credits._lock_element(v_request.job_id, v_request.profile_id) e;
  v_answer.refund := credits.refund_job(
    v_job_id, v_request.amount, v_request.refund_id, v_request.reason, v_profile_id);
  return v_answer;
exception when sqlstate 'PT400' or sqlstate 'PT404' or sqlstate 'PT409' then
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  v_answer.error := credits._batch_error(sqlstate, sqlerrm, v_detail, v_hint);
  return v_answer;
end
$$;
