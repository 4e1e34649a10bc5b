-- find_grants: which profiles were granted a reference: where did the credits of a payment go?
-- Promises: every grant with this reference, found by an index.
-- Parameters: reference: the grant's.
-- Result: grant_entry rows, the oldest first; none where nobody was granted it. What is overdue and
--   not yet processed is still in remaining.
-- Locks: none.
-- Reads: addon_grants, packs, revocations. Writes: nothing.
-- Raises: PT400 missing_argument, invalid_reference.
-- Replay: a read.

create or replace function credits.find_grants(reference text)
returns setof credits.grant_entry
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
begin
  perform credits._check_text('reference', find_grants.reference);
  return query
    select g.profile_id, g.reference, g.kind, g.amount, g.revoked, g.remaining, g.expires_at,
           g.granted_at, g.seq
      from credits.grants g
     where g.reference = find_grants.reference
     order by g.granted_at, g.profile_id;
end
$$;

comment on function credits.find_grants(text) is
  'Which profiles were granted a reference, and what became of each grant.';
