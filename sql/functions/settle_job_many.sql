-- settle_job_many: many calls of settle_job in one: settles many jobs at their actual cost.
-- Promises: each element has the same result and the same effect as if the calls were made one
--   after another; an element that is refused does not affect the others. All commit together.
-- Parameters: settlements: a JSON array of 1 to 10,000 objects, whose keys are the parameters of
--   settle_job, where null or a missing key means the default.
-- Result: batch_settlement, one row for each element, in their order, position from 1: either its
--   settlement, or as error what settle_job would have raised: an object with code, message,
--   details (an object) and hint.
-- Locks: the profiles, by ascending id, before anything else.
-- Reads: jobs, profiles, ledger, settings, and where needed what it writes. Writes: profiles, jobs,
--   ledger, and where needed: packs, pack_draws, raises, renewals, revocations, limits.
-- Raises: PT400 missing_argument, invalid_batch; PT413 batch_too_large. Then nothing has changed.
-- Replay: by element, as in settle_job: the whole batch again returns the same results. A job twice
--   in one batch is a replay, too.

create or replace function credits.settle_job_many(settlements jsonb)
returns setof credits.batch_settlement
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_elements credits._batch_element[];
begin
  v_elements := credits._read_batch(
    'settlements', settle_job_many.settlements,
    array['job_id', 'actual_cost', 'overage', 'profile_id']);
  return query
    select a.position, a.settlement, a.error
      from unnest(credits._run_batch('settle', v_elements)) a;
end
$$;

comment on function credits.settle_job_many(jsonb) is
  'Settles many jobs at their actual cost in one call: a row for each element of the array, with '
  'its settlement or its error.';
