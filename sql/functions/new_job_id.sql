-- new_job_id: a new id for a job of a profile, which says where the job is: a proxy of shards finds
--   the job by it alone without asking all of them.
-- Promises: an id that nobody has had, whose first 7 hexadecimal digits are those of the profile's
--   hash, and not a shard's number, so that it stays right when the shards become more. As
--   pgcredits.new_job_id(profile_id) in Python makes them.
-- Parameters: profile_id: the profile of the job, which need not exist.
-- Result: uuid, of version 8, otherwise random. NULL for NULL.
-- Locks: none.
-- Reads: nothing. Writes: nothing.
-- Raises: nothing.
-- Replay: each call has another result.

create or replace function credits.new_job_id(profile_id uuid)
returns uuid
language sql volatile parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
  select (credits._hash_of_profile(new_job_id.profile_id)
          || overlay(substr(replace(gen_random_uuid()::text, '-', ''), 8) placing '8' from 6))::uuid
$$;

comment on function credits.new_job_id(uuid) is
  'A new id for a job of a profile. Behind a proxy of shards the job is found by it alone.';
