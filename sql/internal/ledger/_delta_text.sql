-- _delta_text: what a bucket gained (+) or lost (-), as the ledger tells it to people. A zero has
-- no sign. _job_reason writes the same in a cheaper way, since every job pays for it.

create or replace function credits._delta_text(delta bigint)
returns text
language sql immutable
as $$
  select case when _delta_text.delta > 0 then '+' else '' end || _delta_text.delta::text
$$;
