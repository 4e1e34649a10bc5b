-- list_grants: a page of a profile's grants, newest first: what was bought or given, and what of a
-- pack is left.
-- Promises: pages by seq never skip or repeat a grant, whatever is granted meanwhile.
-- Parameters: profile_id: whose grants; before_seq: grants older than this ledger row, or null for
--   the newest; page_size: at most this many rows, 1 to 1000.
-- Result: grant_entry rows; none when there is nothing older. What is overdue and not yet processed
--   is still in remaining.
-- Locks: none.
-- Reads: profiles, addon_grants, packs, revocations. Writes: nothing.
-- Raises: PT400 missing_argument, invalid_amount; PT404 profile_not_found.
-- Replay: a read.

create or replace function credits.list_grants(
  profile_id uuid,
  before_seq bigint default null,
  page_size bigint default 50
)
returns setof credits.grant_entry
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
begin
  perform credits._check_page(
    list_grants.profile_id, list_grants.before_seq, list_grants.page_size);
  return query
    select g.profile_id, g.reference, g.kind, g.amount, g.revoked, g.remaining, g.expires_at,
           g.granted_at, g.seq
      from credits.grants g
     where g.profile_id = list_grants.profile_id
       and g.seq < coalesce(list_grants.before_seq, 9223372036854775807)
     order by g.seq desc
     limit list_grants.page_size;
end
$$;

comment on function credits.list_grants(uuid, bigint, bigint) is
  'A page of a profile''s grants, newest first; the next page is before_seq = the last row''s seq.';
