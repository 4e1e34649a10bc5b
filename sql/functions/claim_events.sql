-- claim_events: hands out events that nobody is working on, for so long: a queue in a table.
-- Promises: until the lease is over nobody else gets them, nor later events of the same profiles:
--   a profile's events are worked on in their order. An event is handed out again until somebody
--   finishes it, or until it has been settings.event_attempts times: then it is set aside. Who
--   claims, works in this database and finishes in one transaction has exactly once; everybody else
--   has at least once, and sees by event_id what comes again.
-- Parameters: max_events: how many at most, 1 to 10000; lease: for how long, at most 365 days.
-- Result: event rows, by profile and in their order within it.
-- Locks: these events, and never waits: what another session has locked ends what is handed out of
--   its profile.
-- Reads: settings. Writes: events.
-- Raises: PT400 missing_argument, invalid_amount, invalid_interval.
-- Replay: none: the next call gets others.

create or replace function credits.claim_events(
  max_events bigint default 100,
  lease interval default '1 minute'
)
returns setof credits.event
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_now timestamptz;
begin
  perform credits._check_amount('max_events', claim_events.max_events, 1, 10000);
  perform credits._check_interval('lease', claim_events.lease);
  v_now := credits._now();
  perform credits._set_aside_events(v_now, claim_events.max_events);
  return query
    with heads as (
      select h.profile_id, h.due_at
        from unnest(credits._claim_heads(v_now, claim_events.max_events)) h
    ), claimed as ( -- a profile's events up to the first that is not due, or was due too often
      select e.*
        from heads h
       cross join lateral (
         select e.profile_id, e.occurred_at, e.seq, e.kind, e.subject,
                bool_and(e.due_at <= v_now
                         and e.attempts < (select s.event_attempts
                                             from credits.settings s
                                            where s.only_row))
                  over (order by e.occurred_at, e.seq, e.kind, e.subject) as are_due
           from credits.events e
          where e.profile_id = h.profile_id
            and e.finished_at is null
            and e.set_aside_at is null
          order by e.occurred_at, e.seq, e.kind, e.subject
          limit claim_events.max_events
       ) e
       where e.are_due
       order by h.due_at, e.profile_id, e.occurred_at, e.seq, e.kind, e.subject
       limit claim_events.max_events
    ), locked as materialized (
      select e.profile_id, e.seq, e.kind, e.subject
        from claimed c
        join credits.events e
          on (e.profile_id, e.seq, e.kind, e.subject)
             = (c.profile_id, c.seq, c.kind, c.subject)
       where e.finished_at is null
         and e.due_at <= v_now
         for update of e skip locked
    ), free as ( -- and up to the first that another session has
      select c.profile_id, c.seq, c.kind, c.subject,
             bool_and(l.profile_id is not null)
               over (partition by c.profile_id
                         order by c.occurred_at, c.seq, c.kind, c.subject) as are_free
        from claimed c
        left join locked l
          on (l.profile_id, l.seq, l.kind, l.subject)
             = (c.profile_id, c.seq, c.kind, c.subject)
    ), handed as (
      update credits.events e
         set due_at = credits._later(v_now, claim_events.lease),
             attempts = e.attempts + 1
        from free f
       where f.are_free
         and (e.profile_id, e.seq, e.kind, e.subject)
             = (f.profile_id, f.seq, f.kind, f.subject)
      returning e.*
    )
    select (credits._event_row(h)).*
      from handed h
     order by h.profile_id, h.occurred_at, h.seq, h.kind, h.subject;
end
$$;

comment on function credits.claim_events(bigint, interval) is
  'Hands out events that nobody is working on: for as long as the lease nobody else gets them. '
  'finish_events says that they are done.';
