-- _later: a point in time plus an interval by the stopwatch: a day has 24 hours and a month 30
-- days, whatever the calendar and the session's time zone say.

create or replace function credits._later(at timestamptz, by interval)
returns timestamptz
language sql immutable
as $$
  select ((_later.at at time zone 'UTC')
          + make_interval(secs => extract(epoch from _later.by)::double precision))
         at time zone 'UTC'
$$;
