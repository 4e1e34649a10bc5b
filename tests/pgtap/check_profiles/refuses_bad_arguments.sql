begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.refuses(
  format('select credits.check_profiles(%s)', c.arguments), 'PT400', c.token, c.detail, c.what
)
from (values
  ('batch_size is null', 'null, null', 'missing_argument', '{"parameter": "batch_size"}'::jsonb),
  ('batch_size is 0', 'null, 0', 'invalid_amount',
   '{"parameter": "batch_size", "value": 0, "minimum": 1, "maximum": 1000000}'),
  ('batch_size is 1000001', 'null, 1000001', 'invalid_amount',
   '{"parameter": "batch_size", "value": 1000001, "minimum": 1, "maximum": 1000000}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
