begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.refuses(
  'select credits.expire_holds(' || c.arguments || ')',
  'PT400', c.token, c.detail, c.what
)
from (values
  ('batch_size is null', $$null$$, 'missing_argument', '{"parameter": "batch_size"}'::jsonb),
  ('batch_size is 0', $$0$$,
   'invalid_amount', '{"parameter": "batch_size", "value": 0, "minimum": 1, "maximum": 10000}'),
  ('batch_size is -1', $$-1$$,
   'invalid_amount', '{"parameter": "batch_size", "value": -1, "minimum": 1, "maximum": 10000}'),
  ('batch_size is 10001', $$10001$$,
   'invalid_amount', '{"parameter": "batch_size", "value": 10001, "minimum": 1, "maximum": 10000}'),
  ('batch_size is 9223372036854775807', $$9223372036854775807$$, 'invalid_amount',
   '{"parameter": "batch_size", "value": 9223372036854775807, "minimum": 1, "maximum": 10000}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
