-- _keyed_entry: the ledger row that carries a caller's key, or nulls. Two queries, since a key that
-- jobs share is looked up by the job, too: no index knows "is not distinct from".

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
     and l.job_id = _keyed_entry.job_id
  union all
  select l.*
    from credits.ledger l
   where _keyed_entry.job_id is null
     and l.profile_id = _keyed_entry.profile_id
     and l.reference = _keyed_entry.reference
     and l.kind = _keyed_entry.kind
     and l.job_id is null
$$;
