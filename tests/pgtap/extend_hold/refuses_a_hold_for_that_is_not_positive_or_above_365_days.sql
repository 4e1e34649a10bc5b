begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 10, '1 hour') as job \gset

select credits_tests.refuses(
  format('select credits.extend_hold(%L, %L)', :'job', c.hold_for),
  'PT400', 'invalid_interval',
  jsonb_build_object('parameter', 'hold_for', 'value', c.value, 'maximum', '365 days'),
  format('%s is refused', c.hold_for)
)
from (values ('0', '00:00:00'), ('-1 second', '-00:00:01'), ('366 days', '366 days'))
     c (hold_for, value);

select * from finish();
rollback;
