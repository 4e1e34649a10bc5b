-- _beginning_of_day: the first moment of a day in a time zone. Where the clock skips midnight, that
-- is when it goes on; where it shows midnight twice, it is the first time.
-- Pure. Computed in UTC, where a day has 24 hours whatever the session's time zone. PostgreSQL
-- reads a midnight that comes twice as the second one, so the offset of the evening before is tried
-- too.
-- day: its midnight, as the clock there shows it.

create or replace function credits._beginning_of_day(day timestamp, time_zone text)
returns timestamptz
language plpgsql immutable
as $$
declare
  v_begins constant timestamp :=
    _beginning_of_day.day at time zone _beginning_of_day.time_zone at time zone 'UTC';
  v_evening constant timestamp := v_begins - interval '12 hours';
  v_earlier constant timestamp := v_evening + (
    _beginning_of_day.day
    - (v_evening at time zone 'UTC' at time zone _beginning_of_day.time_zone));
begin
  if v_earlier < v_begins
     and v_earlier at time zone 'UTC' at time zone _beginning_of_day.time_zone
         = _beginning_of_day.day then
    return v_earlier at time zone 'UTC';
  end if;
  return v_begins at time zone 'UTC';
end
$$;
