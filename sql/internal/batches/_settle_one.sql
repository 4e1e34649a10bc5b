-- _settle_one: one element of a batch through settle_job, which may refuse it.

create or replace function credits._settle_one(request credits._settlement_request)
returns credits.batch_settlement
language plpgsql volatile
as $$
declare
  v_request constant credits._settlement_request := _settle_one.request;
  v_job_id uuid;
  v_profile_id uuid;
  v_answer credits.batch_settlement;
begin
  v_answer.position := v_request.position;
  select e.job_id, e.profile_id
    into v_job_id, v_profile_id
    from credits._lock_element(v_request.job_id, v_request.profile_id) e;
  v_answer.settlement := credits.settle_job(
    v_job_id, v_request.actual_cost, v_request.overage, v_profile_id);
  return v_answer;
end
$$;
