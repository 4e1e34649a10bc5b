-- finish_events: says that events are done: nobody is handed them again.
-- Parameters: event_ids: as claim_events returned them, 1 to 10000. Also what another consumer has
--   claimed since, or was set aside, can be finished.
-- Result: how many were not finished before.
-- Locks: these events.
-- Reads: events. Writes: events.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference.
-- Replay: what is finished stays so, and is not counted.

create or replace function credits.finish_events(event_ids text[])
returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_finished bigint;
begin
  update credits.events e
     set finished_at = credits._now(),
         set_aside_at = null
    from credits._lock_events(finish_events.event_ids) l
   where (e.profile_id, e.seq, e.kind, e.subject) = (l.profile_id, l.seq, l.kind, l.subject);
  get diagnostics v_finished = row_count;
  return v_finished;
end
$$;

comment on function credits.finish_events(text[]) is
  'Says that events are done: nobody is handed them again.';
