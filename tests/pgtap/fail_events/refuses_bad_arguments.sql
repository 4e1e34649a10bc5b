begin;
\ir ../helpers.psql
select plan(9);

select format('%s:1:credits.low', gen_random_uuid()) as id \gset
select credits_tests.refuses(
  format('select credits.fail_events(%s, ''why'')', c.arguments), 'PT400', c.token, c.detail, c.what
)
from (values
  ('event_ids is null', 'null', 'missing_argument', '{"parameter": "event_ids"}'::jsonb),
  ('event_ids is empty', '''{}''', 'invalid_amount',
   '{"parameter": "event_ids", "value": 0, "minimum": 1, "maximum": 10000}'),
  ('an id is null', 'array[null]', 'invalid_reference',
   '{"parameter": "event_ids", "value": "null"}'),
  ('an id is no event''s', 'array[''1:credits.low'']', 'invalid_reference',
   '{"parameter": "event_ids", "value": "1:credits.low"}'),
  ('an id has a seq that is too long',
   'array[''00000000-0000-0000-0000-000000000000:1234567890123456789:credits.low'']',
   'invalid_reference',
   '{"parameter": "event_ids",
     "value": "00000000-0000-0000-0000-000000000000:1234567890123456789:credits.low"}')
) c (what, arguments, token, detail);
select is(credits.fail_events(array[:'id'], 'why'), 0::bigint, 'one that there is not');
select is(credits.fail_events(array[:'id', :'id'], 'why'), 0::bigint, 'twice');

select credits_tests.refuses(
  format('select credits.fail_events(array[%L], %s)', :'id', c.arguments), 'PT400', c.token,
  c.detail, c.what
)
from (values
  ('error is null', 'null', 'missing_argument', '{"parameter": "error"}'::jsonb),
  ('retry_in is nothing', '''why'', ''0''', 'invalid_interval',
   '{"parameter": "retry_in", "value": "00:00:00", "maximum": "365 days"}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
