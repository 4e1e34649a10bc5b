-- shard_of: which logical shard has a profile, where the profiles are spread over many databases.
-- Promises: the same number for the same profile and number of shards, for ever; the number of
--   pgcredits.shard_of(profile_id, shards) in Python.
-- Parameters: profile_id: the profile, which need not exist; shards: how many logical shards there
--   are, 1 or more.
-- Result: integer, from 0 to shards - 1. NULL for NULL, and where there is no shard.
-- Locks: none.
-- Reads: nothing. Writes: nothing.
-- Raises: nothing.
-- Replay: a read.

create or replace function credits.shard_of(profile_id uuid, shards integer)
returns integer
language sql immutable parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
  select ('x' || credits._hash_of_profile(shard_of.profile_id))::bit(28)::integer
         % case when shard_of.shards > 0 then shard_of.shards end
$$;

comment on function credits.shard_of(uuid, integer) is
  'Which of many logical shards has a profile: a number from 0, always the same.';
