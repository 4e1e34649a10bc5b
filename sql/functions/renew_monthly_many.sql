-- renew_monthly_many: many calls of renew_monthly in one: begins the month of many profiles.
-- Promises: each element has the same result and the same effect as if the calls were made one
--   after another; an element that is refused does not affect the others. All commit together.
-- Parameters: renewals: a JSON array of 1 to 10,000 objects, whose keys are the parameters of
--   renew_monthly, where null or a missing key means the default.
-- Result: batch_renewal, one row for each element, in their order, position from 1: either its
--   renewal, or as error what renew_monthly would have raised: an object with code, message,
--   details (an object) and hint.
-- Locks: the profiles, by ascending id, before anything else.
-- Reads: profiles, renewals, ledger. Writes: profiles, renewals, ledger.
-- Raises: PT400 missing_argument, invalid_batch; PT413 batch_too_large. Then nothing has changed.
-- Replay: by element, as in renew_monthly: the whole batch again returns the same results, and what
--   was refused is tried anew. A period twice in one batch is a replay, too.

create or replace function credits.renew_monthly_many(renewals jsonb)
returns setof credits.batch_renewal
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_elements credits._batch_element[];
begin
  v_elements := credits._read_batch(
    'renewals', renew_monthly_many.renewals,
    array['profile_id', 'period_start', 'allowance', 'rollover_cap']);
  return query
    select a.position, a.renewal, a.error
      from unnest(credits._run_batch('renew', v_elements)) a;
end
$$;

comment on function credits.renew_monthly_many(jsonb) is
  'Begins the month of many profiles in one call: a row for each element of the array, with its '
  'renewal or its error.';
