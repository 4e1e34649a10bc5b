-- _period_bounds: where the days, weeks or months of a time zone begin and end, ascending: those
-- between first and last, and some more on each side. What is outside since and until is cut off
-- there; null where nothing is.

create or replace function credits._period_bounds(
  first timestamptz,
  last timestamptz,
  since timestamptz,
  until timestamptz,
  step text,
  time_zone text
)
returns timestamptz[]
language sql stable
as $$
  select array(
    select distinct greatest(
             least(credits._beginning_of_day(b.day, _period_bounds.time_zone),
                   _period_bounds.until),
             _period_bounds.since)
      from (select ('1 ' || _period_bounds.step)::interval) s (length)
     cross join lateral generate_series(
       date_trunc(_period_bounds.step, _period_bounds.first at time zone _period_bounds.time_zone)
         - s.length,
       (_period_bounds.last at time zone _period_bounds.time_zone) + 2 * s.length,
       s.length) b (day)
     order by 1)
$$;
