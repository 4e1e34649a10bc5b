begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.refuses(
  format('select credits.list_grants(%s)', format(c.arguments, quote_literal(:'profile'))),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', 'null', 'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('page_size is null', '%s, page_size => null', 'missing_argument', '{"parameter": "page_size"}'),
  ('page_size is 0', '%s, page_size => 0', 'invalid_amount',
   '{"parameter": "page_size", "value": 0, "minimum": 1, "maximum": 1000}'),
  ('page_size is too large', '%s, page_size => 1001', 'invalid_amount',
   '{"parameter": "page_size", "value": 1001, "minimum": 1, "maximum": 1000}'),
  ('before_seq is 0', '%s, 0', 'invalid_amount',
   '{"parameter": "before_seq", "value": 0, "minimum": 1, "maximum": 9007199254740991}')
) c (what, arguments, token, detail);
select throws_ok(
  'select credits.list_grants(gen_random_uuid())', 'PT404', 'profile_not_found',
  'an unknown profile'
);

select * from finish();
rollback;
