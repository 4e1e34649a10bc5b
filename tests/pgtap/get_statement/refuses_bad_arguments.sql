begin;
\ir ../helpers.psql
select plan(13);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.get_statement(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null$$, 'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('page_size is null', $$%L, page_size => null$$,
   'missing_argument', '{"parameter": "page_size"}'),
  ('before_seq is 0', $$%L, 0$$, 'invalid_amount',
   '{"parameter": "before_seq", "value": 0, "minimum": 1, "maximum": 9007199254740991}'),
  ('before_seq is -1', $$%L, -1$$, 'invalid_amount',
   '{"parameter": "before_seq", "value": -1, "minimum": 1, "maximum": 9007199254740991}'),
  ('before_seq is -9223372036854775808',
   $$%L, -9223372036854775808$$, 'invalid_amount',
   '{"parameter": "before_seq", "value": -9223372036854775808, "minimum": 1,
     "maximum": 9007199254740991}'),
  ('before_seq is 9007199254740992',
   $$%L, 9007199254740992$$, 'invalid_amount',
   '{"parameter": "before_seq", "value": 9007199254740992, "minimum": 1,
     "maximum": 9007199254740991}'),
  ('before_seq is 9223372036854775807',
   $$%L, 9223372036854775807$$, 'invalid_amount',
   '{"parameter": "before_seq", "value": 9223372036854775807, "minimum": 1,
     "maximum": 9007199254740991}'),
  ('page_size is 0', $$%L, page_size => 0$$,
   'invalid_amount', '{"parameter": "page_size", "value": 0, "minimum": 1, "maximum": 1000}'),
  ('page_size is -1', $$%L, page_size => -1$$,
   'invalid_amount', '{"parameter": "page_size", "value": -1, "minimum": 1, "maximum": 1000}'),
  ('page_size is -9223372036854775808',
   $$%L, page_size => -9223372036854775808$$, 'invalid_amount',
   '{"parameter": "page_size", "value": -9223372036854775808, "minimum": 1, "maximum": 1000}'),
  ('page_size is 1001', $$%L, page_size => 1001$$,
   'invalid_amount', '{"parameter": "page_size", "value": 1001, "minimum": 1, "maximum": 1000}'),
  ('page_size is 9007199254740992', $$%L, page_size => 9007199254740992$$, 'invalid_amount',
   '{"parameter": "page_size", "value": 9007199254740992, "minimum": 1, "maximum": 1000}'),
  ('page_size is 9223372036854775807', $$%L, page_size => 9223372036854775807$$, 'invalid_amount',
   '{"parameter": "page_size", "value": 9223372036854775807, "minimum": 1, "maximum": 1000}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
