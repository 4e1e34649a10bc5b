begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.refuses(
  format('select credits.claim_events(%s)', c.arguments), 'PT400', c.token, c.detail, c.what
)
from (values
  ('max_events is null', 'null', 'missing_argument', '{"parameter": "max_events"}'::jsonb),
  ('max_events is 10001', '10001', 'invalid_amount',
   '{"parameter": "max_events", "value": 10001, "minimum": 1, "maximum": 10000}'),
  ('lease is null', '1, null', 'missing_argument', '{"parameter": "lease"}'),
  ('lease is nothing', '1, ''0''', 'invalid_interval',
   '{"parameter": "lease", "value": "00:00:00", "maximum": "365 days"}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
