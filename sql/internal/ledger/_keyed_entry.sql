-- _keyed_entry: the ledger row that carries a caller's key, or nulls.

create or replace function credits._keyed_entry(
  profile_id uuid,
  kind text,
  reference text,
  job_id uuid default null
)
returns credits.ledger
language sql stable
as $$
  select l.*
    from credits.ledger l
   where l.profile_id = _keyed_entry.profile_id
     and l.reference = _keyed_entry.reference
     and l.kind = _keyed_entry.kind
     and l.job_id is not distinct from _keyed_entry.job_id
$$;
