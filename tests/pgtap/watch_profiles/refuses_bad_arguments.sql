begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.refuses(
  format('select credits.watch_profiles(%s)', c.arguments), 'PT400', c.token, c.detail, c.what
)
from (values
  ('batch_size is null', 'null, null', 'missing_argument', '{"parameter": "batch_size"}'::jsonb),
  ('batch_size is 1001', 'null, 1001', 'invalid_amount',
   '{"parameter": "batch_size", "value": 1001, "minimum": 1, "maximum": 1000}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
