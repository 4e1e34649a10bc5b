-- settle_job_many: many calls of settle_job in one: fixes many jobs at their actual cost.
-- Promises: each element is answered, and changes what it changes, as if they were called one after
--   another; what one is refused for does not concern the others. All of them commit together.
-- Parameters: settlements: a JSON array of 1 to 10,000 objects, whose keys are the parameters of
--   settle_job, where null and a key left out mean its default.
-- Result: batch_settlement, one row for each element, in their order, position from 1: either its
--   settlement, or as error what settle_job would have raised: an object with code, message,
--   details (an object) and hint.
-- Locks: the profiles, by ascending id, before anything else.
-- Reads: jobs, profiles, ledger, packs, renewals, settings. Writes: profiles, jobs, ledger, and
--   where they are concerned: packs, pack_draws, renewals.
-- Raises: PT400 missing_argument, invalid_batch; PT413 batch_too_large. Nothing has changed then.
-- Replay: by element, as settle_job does it: the whole batch again answers the same. A job twice in
--   one batch is a replay, too.

create or replace function credits.settle_job_many(settlements jsonb)
returns setof credits.batch_settlement
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
begin
  return query
    select a.position, a.settlement, a.error
      from unnest(credits._run_batch('settle', credits._read_batch(
             'settlements', settle_job_many.settlements,
             array['job_id', 'actual_cost', 'overage', 'profile_id']))) a;
end
$$;

comment on function credits.settle_job_many(jsonb) is
  'Fixes many jobs at their actual cost in one call: a row for each element of the array, with its '
  'settlement or its error.';
