-- _reserve_one: one element of a batch through reserve_credits, which may refuse it.
-- The caller has locked all profiles that there were. One that has been opened since is locked only
-- if nobody has it locked: waiting for it now could deadlock. Else the answer is that of an id that
-- nobody has.

create or replace function credits._reserve_one(request credits._reservation_request)
returns credits.batch_reservation
language plpgsql volatile
as $$
declare
  v_request credits._reservation_request := _reserve_one.request;
  v_answer credits.batch_reservation;
begin
  v_answer.position := v_request.position;
  if v_request.profile_id is not null
     and not credits._try_lock_profile(v_request.profile_id) then
    v_request.profile_id := gen_random_uuid();
  end if;
  v_answer.reservation := credits.reserve_credits(
    v_request.profile_id, v_request.job_id, v_request.cost, v_request.meta, v_request.hold_for);
  return v_answer;
end
$$;
