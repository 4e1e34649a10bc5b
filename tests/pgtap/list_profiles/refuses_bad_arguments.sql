begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.refuses(
  format('select credits.list_profiles(%s)', c.arguments), 'PT400', c.token, c.detail, c.what
)
from (values
  ('page_size is null', 'page_size => null', 'missing_argument', '{"parameter": "page_size"}'::jsonb),
  ('page_size is 0', 'page_size => 0', 'invalid_amount',
   '{"parameter": "page_size", "value": 0, "minimum": 1, "maximum": 1000}'),
  ('page_size is too large', 'page_size => 1001', 'invalid_amount',
   '{"parameter": "page_size", "value": 1001, "minimum": 1, "maximum": 1000}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
