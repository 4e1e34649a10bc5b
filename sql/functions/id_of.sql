-- id_of: the id for a profile or a job that another system knows by a text, such as user_2abc.
-- Promises: the same id for the same text, for ever; the id of pgcredits.id_of(name) in Python.
-- Parameters: name: the id in the other system, exactly as it is there, a number as 42::text.
-- Result: uuid, of version 8: the first 16 bytes of the SHA-256 of the text in UTF-8, but for the
--   6 bits that say what kind of UUID it is. NULL for NULL and for the empty text.
-- Locks: none.
-- Reads: nothing. Writes: nothing.
-- Raises: nothing.
-- Replay: a read.
--
-- Immutable, so that an index or a generated column of the caller's own may use it. convert_to is
-- only stable, since a conversion of another schema may be the default one. With this search path
-- that of pg_catalog always comes first; it never changes, nor does the encoding of a database, and
-- in UTF-8 nothing is converted. So do not change what this returns, and never drop it.
-- Not strict: a strict function's answer for NULL is given without asking who may call it.

create or replace function credits.id_of(name text)
returns uuid
language sql immutable parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
  select encode(set_byte(set_byte(h.hash, 6, (get_byte(h.hash, 6) & 15) | 128),
                         8, (get_byte(h.hash, 8) & 63) | 128), 'hex')::uuid
    from (values (substr(sha256(convert_to(id_of.name, 'UTF8')), 1, 16))) h (hash)
   where id_of.name <> ''
$$;

comment on function credits.id_of(text) is
  'The UUID that stands for an id of another system: the same for the same text, always and '
  'everywhere. Where you have UUIDs, use those as they are.';
