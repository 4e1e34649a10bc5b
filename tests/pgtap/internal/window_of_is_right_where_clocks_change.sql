begin;
\ir ../helpers.psql
select plan(18);

select is(
  (select concat_ws(' ', w.window_start at time zone 'UTC', w.resets_at at time zone 'UTC')
     from credits._window_of(c.name, c.zone, c.at::timestamptz) w),
  c.expected, concat_ws(' ', c.name, c.zone, c.at)
)
from (values
  ('day', 'UTC', '2030-01-09 10:00Z', '2030-01-09 00:00:00 2030-01-10 00:00:00'),
  ('week', 'UTC', '2030-01-09 10:00Z', '2030-01-07 00:00:00 2030-01-14 00:00:00'),
  ('week', 'UTC', '2030-01-07 00:00Z', '2030-01-07 00:00:00 2030-01-14 00:00:00'),
  ('week', 'UTC', '2030-01-06 23:59:59.999999Z', '2029-12-31 00:00:00 2030-01-07 00:00:00'),
  ('month', 'UTC', '2030-02-28 23:00Z', '2030-02-01 00:00:00 2030-03-01 00:00:00'),
  ('total', 'UTC', '2030-01-09 10:00Z', ''),
  -- 23 hours, and 25.
  ('day', 'Europe/Berlin', '2026-03-29 10:00Z', '2026-03-28 23:00:00 2026-03-29 22:00:00'),
  ('day', 'Europe/Berlin', '2026-10-25 10:00Z', '2026-10-24 22:00:00 2026-10-25 23:00:00'),
  ('month', 'Europe/Berlin', '2026-03-31 21:59Z', '2026-02-28 23:00:00 2026-03-31 22:00:00'),
  -- The clock skips midnight: the day begins when it goes on.
  ('day', 'Africa/Cairo', '2024-04-26 10:00Z', '2024-04-25 22:00:00 2024-04-26 21:00:00'),
  ('day', 'Africa/Cairo', '2024-04-25 21:59Z', '2024-04-24 22:00:00 2024-04-25 22:00:00'),
  -- It shows the hour after midnight twice: the day begins the first time.
  ('day', 'America/Havana', '2023-11-05 04:30Z', '2023-11-05 04:00:00 2023-11-06 05:00:00'),
  ('day', 'America/Havana', '2023-11-05 05:30Z', '2023-11-05 04:00:00 2023-11-06 05:00:00'),
  ('day', 'America/Havana', '2023-11-05 03:59Z', '2023-11-04 04:00:00 2023-11-05 04:00:00'),
  -- At midnight it goes back to the day before: the new day has begun.
  ('day', 'America/St_Johns', '2010-11-07 02:30:30Z', '2010-11-07 02:30:00 2010-11-08 03:30:00'),
  ('day', 'America/St_Johns', '2010-11-07 03:00Z', '2010-11-07 02:30:00 2010-11-08 03:30:00'),
  -- Half an hour, and a whole day that never was.
  ('day', 'Australia/Lord_Howe', '2026-04-05 03:00Z', '2026-04-04 13:00:00 2026-04-05 13:30:00'),
  ('day', 'Pacific/Apia', '2011-12-30 09:59Z', '2011-12-29 10:00:00 2011-12-30 10:00:00')
) c (name, zone, at, expected);

select * from finish();
rollback;
