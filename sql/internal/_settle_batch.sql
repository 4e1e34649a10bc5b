-- _settle_batch: the answers to a batch of settlements, in their order: first all that can be made
-- at once, then the other elements, one by one. That equals calling one after another: of each
-- profile the first go at once, one that is left out in between changes nothing, and a job that is
-- twice in the batch never goes at once.
-- Plans are generic: they look each element up by its key. A plan for a batch of 500 might read
-- whole tables instead.

create or replace function credits._settle_batch(requests credits._settlement_request[])
returns credits.batch_settlement[]
language plpgsql volatile
set plan_cache_mode = force_generic_plan
as $$
declare
  v_locked jsonb;
  v_plain credits.batch_settlement[];
  v_rest credits._settlement_request[];
  v_one_by_one credits.batch_settlement[];
begin
  v_locked := credits._lock_profiles_of(
    array(select r.job_id from unnest(_settle_batch.requests) r),
    array(select r.profile_id from unnest(_settle_batch.requests) r));
  v_plain := credits._settle_plain(_settle_batch.requests, v_locked);
  v_rest := array(
    select row(b.position, b.job_id, b.actual_cost, b.overage,
               b.profile_id)::credits._settlement_request
      from rows from (unnest(_settle_batch.requests), unnest(v_plain))
           b (position, job_id, actual_cost, overage, profile_id, plain_position, answer, error)
     where b.answer is null);
  v_one_by_one := credits._settle_each(v_rest);
  return array(
    select row(a.position, a.settlement, a.error)::credits.batch_settlement
      from (select p.* from unnest(v_plain) p where (p.settlement).seq is not null
            union all
            select o.* from unnest(v_one_by_one) o) a
     order by a.position);
end
$$;
