-- _reserve_batch: the answers to a batch of reservations, in their order: first all that can be
-- made at once, then the other elements, one by one. That equals calling one after another: of each
-- profile the first go at once, one that is left out in between changes nothing, and a job id that
-- is twice in the batch never goes at once.
-- Plans are generic: they look each element up by its key. A plan for a batch of 500 might read
-- whole tables instead.

create or replace function credits._reserve_batch(
  requests credits._reservation_request[],
  at_once boolean
)
returns credits.batch_reservation[]
language plpgsql volatile
set plan_cache_mode = force_generic_plan
as $$
declare
  v_locked jsonb;
  v_plain credits.batch_reservation[];
  v_rest credits._reservation_request[];
  v_one_by_one credits.batch_reservation[];
begin
  v_locked := credits._lock_profiles(
    array(select r.profile_id from unnest(_reserve_batch.requests) r));
  if _reserve_batch.at_once then
    v_plain := credits._reserve_plain(_reserve_batch.requests, v_locked);
  end if;
  v_rest := array(
    select row(b.position, b.profile_id, b.job_id, b.cost, b.meta,
               b.hold_for)::credits._reservation_request
      from rows from (unnest(_reserve_batch.requests), unnest(v_plain))
           b (position, profile_id, job_id, cost, meta, hold_for, plain_position, answer, error)
     where b.answer is null);
  v_one_by_one := credits._reserve_each(v_rest);
  return array(
    select row(a.position, a.reservation, a.error)::credits.batch_reservation
      from (select p.* from unnest(v_plain) p where (p.reservation).seq is not null
            union all
            select o.* from unnest(v_one_by_one) o) a
     order by a.position);
end
$$;
