-- grant_addon_many: many calls of grant_addon in one: adds bought credits to many profiles.
-- Promises: each element has the same result and the same effect as if the calls were made one
--   after another; an element that is refused does not affect the others. All commit together.
-- Parameters: grants: a JSON array of 1 to 10,000 objects, whose keys are the parameters of
--   grant_addon, where null or a missing key means the default.
-- Result: batch_grant, one row for each element, in their order, position from 1: either its grant
--   as granted, or as error what grant_addon would have raised: an object with code, message,
--   details (an object) and hint.
-- Locks: the profiles, by ascending id, before anything else.
-- Reads: profiles, addon_grants, ledger, packs, settings. Writes: profiles, ledger, addon_grants,
--   and for packs: packs.
-- Raises: PT400 missing_argument, invalid_batch; PT413 batch_too_large. Then nothing has changed.
-- Replay: by element, as in grant_addon: the whole batch again returns the same results, and what
--   was refused is tried anew. A reference twice in one batch is a replay, too.

create or replace function credits.grant_addon_many(grants jsonb)
returns setof credits.batch_grant
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
    'grants', grant_addon_many.grants,
    array['profile_id', 'amount', 'reference', 'expires_at', 'kind', 'priority', 'reason']);
  for v_attempt in 0..cardinality(v_elements) loop
    begin
      v_answers := credits._run_batch('grant', v_elements);
      exit;
    exception when unique_violation then
      -- With the setting reference_scope = all: somebody granted a reference to another profile
      -- after this attempt had looked for it. The next one sees it, unless its snapshot is older.
      get stacked diagnostics v_constraint = constraint_name;
      if v_constraint <> 'addon_grants_exclusive_reference'
           or v_attempt = cardinality(v_elements) then
        raise;
      end if;
      if current_setting('transaction_isolation') <> 'read committed' then
        raise exception using
          errcode = 'serialization_failure',
          message = 'could not serialize access: a reference of the batch was granted meanwhile';
      end if;
    end;
  end loop;
  return query select a.position, a.granted, a.error from unnest(v_answers) a;
end
$$;

comment on function credits.grant_addon_many(jsonb) is
  'Adds bought credits to many profiles in one call: a row for each element of the array, with its '
  'grant or its error.';
