-- reserve_credits_many: many calls of reserve_credits in one: for many jobs at a time.
-- Promises: each element has the same result and the same effect as if the calls were made one
--   after another; an element that is refused does not affect the others. All commit together.
-- Parameters: reservations: a JSON array of 1 to 10,000 objects, whose keys are the parameters of
--   reserve_credits, where null or a missing key means the default.
-- Result: batch_reservation, one row for each element, in their order, position from 1: either its
--   reservation, or as error what reserve_credits would have raised: an object with code, message,
--   details (an object) and hint.
-- Locks: the profiles, by ascending id, before anything else.
-- Reads: profiles, jobs, ledger, packs, limits. Writes: profiles, jobs, ledger, and where a profile
--   has packs or limits: packs, pack_draws, limits.
-- Raises: PT400 missing_argument, invalid_batch; PT413 batch_too_large. Then nothing has changed.
-- Replay: by element, as in reserve_credits: what was reserved returns the same result again, and
--   what was refused is tried anew. A job id twice in one batch is a replay, too.

create or replace function credits.reserve_credits_many(reservations jsonb)
returns setof credits.batch_reservation
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_elements credits._batch_element[];
  v_answers credits._batch_answer[];
  v_constraint text;
begin
  v_elements := credits._read_batch(
    'reservations', reserve_credits_many.reservations,
    array['profile_id', 'job_id', 'cost', 'meta', 'hold_for', 'spender']);
  for v_attempt in 0..cardinality(v_elements) loop
    begin
      v_answers := credits._run_batch('reserve', v_elements);
      exit;
    exception when unique_violation then
      -- Somebody took a job id after this attempt had looked for it. The next one sees it, unless
      -- its snapshot is older: so there are no more of them than elements.
      get stacked diagnostics v_constraint = constraint_name;
      if v_constraint <> 'jobs_pkey' or v_attempt = cardinality(v_elements) then
        raise;
      end if;
      if current_setting('transaction_isolation') <> 'read committed' then
        raise exception using
          errcode = 'serialization_failure',
          message = 'could not serialize access: a job id of the batch was taken meanwhile';
      end if;
    end;
  end loop;
  return query select a.position, a.reservation, a.error from unnest(v_answers) a;
end
$$;

comment on function credits.reserve_credits_many(jsonb) is
  'Reserves the credits of many jobs in one call: a row for each element of the array, with its '
  'reservation or its error.';
