begin;
\ir ../helpers.psql
select plan(9);

set local time zone 'America/New_York';

select is(
  credits._later(c.at::timestamptz, c.by::interval), c.later::timestamptz,
  format('%s + %s', c.at, c.by)
)
from (values
  ('2030-01-01 00:00Z', '1 hour', '2030-01-01 01:00Z'),
  ('2030-03-10 00:00Z', '1 day', '2030-03-11 00:00Z'),
  ('2030-03-10 00:00Z', '24 hours', '2030-03-11 00:00Z'),
  ('2030-11-03 00:00Z', '1 day', '2030-11-04 00:00Z'),
  ('2030-02-01 00:00Z', '1 month', '2030-03-03 00:00Z'),
  ('2030-02-01 00:00Z', '1 month -29 days', '2030-02-02 00:00Z'),
  ('2030-01-01 00:00Z', '365 days', '2031-01-01 00:00Z'),
  ('2030-01-01 00:00Z', '1 microsecond', '2030-01-01 00:00:00.000001Z'),
  ('2030-01-01 00:00Z', '364 days 23:59:59.999999', '2030-12-31 23:59:59.999999Z')
) c (at, by, later);

select * from finish();
rollback;
