-- _reserve_batch: the answers to a batch of reservations, in their order: first all that can be
-- made at once, then the other elements, one by one. That equals calling one after another: of each
-- profile the first go at once, one that is left out in between changes nothing, and a job id that
-- is twice in the batch never goes at once.
-- Rows are looked up one by one: a plan for a batch of 500, or one that was made when the tables
-- were empty, might join whole tables instead. Plans are therefore made once for all batches.

create or replace function credits._reserve_batch(
  requests credits._reservation_request[],
  at_once boolean
)
returns credits.batch_reservation[]
language plpgsql volatile
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_drafts credits._reservation_draft[];
  v_locked credits.profiles[];
  v_made credits.batch_reservation[];
  v_rest credits._reservation_request[];
begin
  if _reserve_batch.at_once then
    v_drafts := credits._draft_reservations(_reserve_batch.requests);
  end if;
  v_locked := credits._lock_profiles(
    array(select r.profile_id from unnest(_reserve_batch.requests) r));
  if _reserve_batch.at_once then
    v_made := credits._reserve_plain(v_drafts, v_locked);
  end if;
  if cardinality(v_made) = cardinality(_reserve_batch.requests) then
    return v_made;
  end if;
  v_rest := array(
    select r
      from unnest(_reserve_batch.requests) r
     where r.position not in (select m.position from unnest(v_made) m));
  return array(
    select a
      from unnest(v_made || credits._reserve_each(v_rest)) a
     order by a.position);
end
$$;
