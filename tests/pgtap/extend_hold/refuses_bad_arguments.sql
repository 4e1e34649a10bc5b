begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 10, '1 hour') as job \gset

select credits_tests.refuses(
  format('select credits.extend_hold(' || c.arguments || ')', :'job'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('job_id is null', $$null, '1 hour'$$, 'missing_argument', '{"parameter": "job_id"}'::jsonb),
  ('hold_for is null', $$%L, null$$, 'missing_argument', '{"parameter": "hold_for"}'),
  ('hold_for is 0', $$%L, '0'$$,
   'invalid_interval', '{"parameter": "hold_for", "value": "00:00:00", "maximum": "365 days"}'),
  ('hold_for is negative', $$%L, '-1 second'$$,
   'invalid_interval', '{"parameter": "hold_for", "value": "-00:00:01", "maximum": "365 days"}'),
  ('hold_for is too long', $$%L, '366 days'$$,
   'invalid_interval', '{"parameter": "hold_for", "value": "366 days", "maximum": "365 days"}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
