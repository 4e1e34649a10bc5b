-- _refund_batch: the answers to a batch of refunds, in their order: first all that can be made at
-- once, then the other elements, one by one. That equals calling one after another: of each profile
-- the first go at once, one that is left out in between changes nothing, and a job that is twice in
-- the batch never goes at once.
-- Plans are generic: they look each element up by its key. A plan for a batch of 500 might read
-- whole tables instead.

create or replace function credits._refund_batch(requests credits._refund_request[])
returns credits.batch_refund[]
language plpgsql volatile
set plan_cache_mode = force_generic_plan
as $$
declare
  v_locked jsonb;
  v_plain credits.batch_refund[];
  v_rest credits._refund_request[];
  v_one_by_one credits.batch_refund[];
begin
  v_locked := credits._lock_profiles_of(
    array(select r.job_id from unnest(_refund_batch.requests) r),
    array(select r.profile_id from unnest(_refund_batch.requests) r));
  v_plain := credits._refund_plain(_refund_batch.requests, v_locked);
  v_rest := array(
    select row(b.position, b.job_id, b.amount, b.refund_id, b.reason,
               b.profile_id)::credits._refund_request
      from rows from (unnest(_refund_batch.requests), unnest(v_plain))
           b (position, job_id, amount, refund_id, reason, profile_id, plain_position, answer,
             error)
     where b.answer is null);
  v_one_by_one := array(
    select credits._refund_one(r) from unnest(v_rest) r);
  return array(
    select row(a.position, a.refund, a.error)::credits.batch_refund
      from (select p.* from unnest(v_plain) p where (p.refund).seq is not null
            union all
            select o.* from unnest(v_one_by_one) o) a
     order by a.position);
end
$$;
