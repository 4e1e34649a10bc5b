-- get_statement: a page of a profile's ledger, newest first.
-- Promises: pages by seq never skip or repeat a row, whatever is written meanwhile.
-- Parameters: profile_id: whose ledger; before_seq: rows older than this seq, or null for the
--   newest; page_size: at most this many rows, 1 to 1000.
-- Result: ledger rows, seq descending; none when there is nothing older.
-- Locks: none.
-- Reads: profiles, ledger. Writes: nothing.
-- Raises: PT400 missing_argument, invalid_amount; PT404 profile_not_found.
-- Replay: a read.

create or replace function credits.get_statement(
  profile_id uuid,
  before_seq bigint default null,
  page_size bigint default 50
)
returns setof credits.ledger
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
begin
  perform credits._check_page(
    get_statement.profile_id, get_statement.before_seq, get_statement.page_size);
  return query
    select l.*
      from credits.ledger l
     where l.profile_id = get_statement.profile_id
       and l.seq < coalesce(get_statement.before_seq, 9223372036854775807)
     order by l.seq desc
     limit get_statement.page_size;
end
$$;

comment on function credits.get_statement(uuid, bigint, bigint) is
  'A page of a profile''s ledger, newest first; the next page is before_seq = the last row''s seq.';
