-- fail_events: gives events back that could not be worked on: they are handed out again later, and
-- the later events of their profiles wait for them. What was set aside comes back, for one more
-- attempt.
-- Promises: what is given back keeps its place among the events of its profile.
-- Parameters: event_ids: as claim_events returned them, 1 to 10000, also what another consumer has
--   claimed since; error: what went wrong, one line for people; retry_in: not before this time has
--   passed, at most 365 days.
-- Result: how many were given back; finished ones stay finished.
-- Locks: these events.
-- Reads: events, settings. Writes: events.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference, invalid_interval.
-- Replay: the time begins again.

create or replace function credits.fail_events(
  event_ids text[],
  error text,
  retry_in interval default '1 minute'
)
returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_failed bigint;
begin
  perform credits._check_text('error', fail_events.error);
  perform credits._check_interval('retry_in', fail_events.retry_in);

  update credits.events e
     set due_at = credits._later(credits._now(), fail_events.retry_in),
         error = fail_events.error,
         attempts = case
                      when e.set_aside_at is null then e.attempts
                      else least(e.attempts, s.event_attempts) - 1
                    end,
         set_aside_at = null
    from credits._lock_events(fail_events.event_ids) l
   cross join credits.settings s
   where s.only_row
     and (e.profile_id, e.seq, e.kind, e.subject) = (l.profile_id, l.seq, l.kind, l.subject);
  get diagnostics v_failed = row_count;
  return v_failed;
end
$$;

comment on function credits.fail_events(text[], text, interval) is
  'Gives events back that could not be worked on, to be handed out again after a while.';
