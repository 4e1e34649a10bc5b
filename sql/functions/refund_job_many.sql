-- refund_job_many: many calls of refund_job in one: gives the credits of many jobs back.
-- Promises: each element has the same result and the same effect as if the calls were made one
--   after another; an element that is refused does not affect the others. All commit together.
-- Parameters: refunds: a JSON array of 1 to 10,000 objects, whose keys are the parameters of
--   refund_job, where null or a missing key means the default.
-- Result: batch_refund, one row for each element, in their order, position from 1: either its
--   refund, or as error what refund_job would have raised: an object with code, message,
--   details (an object) and hint.
-- Locks: the profiles, by ascending id, before anything else.
-- Reads: jobs, profiles, ledger, settings, and where needed what it writes. Writes: profiles, jobs,
--   ledger, and where needed: packs, pack_draws, raises, renewals, revocations, limits; one line
--   in the server's log, if asked for.
-- Raises: PT400 missing_argument, invalid_batch; PT413 batch_too_large. Then nothing has changed.
-- Replay: by element, as in refund_job: the whole batch again returns the same results. A job twice
--   in one batch is a replay, too.

create or replace function credits.refund_job_many(refunds jsonb)
returns setof credits.batch_refund
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_elements credits._batch_element[];
begin
  v_elements := credits._read_batch(
    'refunds', refund_job_many.refunds,
    array['job_id', 'amount', 'refund_id', 'reason', 'profile_id']);
  return query
    select a.position, a.refund, a.error
      from unnest(credits._run_batch('refund', v_elements)) a;
end
$$;

comment on function credits.refund_job_many(jsonb) is
  'Gives the credits of many jobs back in one call: a row for each element of the array, with its '
  'refund or its error.';
