-- _refund_batch: the answers to a batch of refunds, in their order: first all that can be made at
-- once, then the other elements, one by one. That equals calling one after another: of each profile
-- the first go at once, one that is left out in between changes nothing, and a job that is twice in
-- the batch never goes at once.
-- Rows are looked up one by one: a plan for a batch of 500, or one that was made when the tables
-- were empty, might join whole tables instead. Plans are therefore made once for all batches.

create or replace function credits._refund_batch(requests credits._refund_request[])
returns credits.batch_refund[]
language plpgsql volatile
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_locked credits.profiles[];
  v_made credits.batch_refund[];
  v_rest credits._refund_request[];
begin
  v_locked := credits._lock_profiles_of(
    array(select r.job_id from unnest(_refund_batch.requests) r),
    array(select r.profile_id from unnest(_refund_batch.requests) r));
  v_made := credits._refund_plain(_refund_batch.requests, v_locked);
  if cardinality(v_made) = cardinality(_refund_batch.requests) then
    return v_made;
  end if;
  v_rest := array(
    select r
      from unnest(_refund_batch.requests) r
     where r.position not in (select m.position from unnest(v_made) m));
  return array(
    select a
      from unnest(v_made || array(select credits._refund_one(r) from unnest(v_rest) r)) a
     order by a.position);
end
$$;
