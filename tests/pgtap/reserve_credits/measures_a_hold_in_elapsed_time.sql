begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
set local time zone 'America/New_York';

select is(
  (select r.hold_expires_at
     from credits.reserve_credits(:'profile', gen_random_uuid(), 1, hold_for => c.hold_for) r),
  c.deadline,
  c.hold_for::text
)
from (values
  (interval '1 microsecond', '2030-01-01 00:00:00.000001Z'::timestamptz),
  (interval '365 days', '2031-01-01 00:00Z'),
  (interval '100 days', '2030-04-11 00:00Z'),
  (interval '1 month', '2030-01-31 00:00Z'),
  (interval '1 month -29 days -23 hours', '2030-01-01 01:00Z'),
  (interval '11 months 35 days', '2031-01-01 00:00Z')
) c (hold_for, deadline);

select * from finish();
rollback;
