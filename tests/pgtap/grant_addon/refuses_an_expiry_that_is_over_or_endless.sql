begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
set local time zone 'UTC';

select credits_tests.refuses(
  format('select credits.grant_addon(%L, 50, %L, %L)', :'profile', 'order-1', c.expires_at),
  'PT400', 'invalid_interval',
  jsonb_build_object('parameter', 'expires_at', 'value', c.expires_at::timestamptz),
  format('%s is refused', c.expires_at)
)
from (values ('infinity'), ('-infinity'), ('2030-01-01 00:00Z'), ('2029-12-31 23:59:59.999999Z'))
     c (expires_at);
select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 50, %L, %L)',
                              :'profile', 'order-1', '2030-01-01 00:00:00.000001Z')),
  '{"amount": 50}', 'a microsecond is enough'
);

select * from finish();
rollback;
