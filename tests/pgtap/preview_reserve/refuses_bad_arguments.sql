begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.refuses(
  format('select credits.preview_reserve(%s)', format(c.arguments, quote_literal(:'profile'))),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', 'null, 1', 'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('cost is null', '%s, null', 'missing_argument', '{"parameter": "cost"}'),
  ('cost is negative', '%s, -1', 'invalid_amount',
   '{"parameter": "cost", "value": -1, "minimum": 0, "maximum": 9007199254740991}'),
  ('spender is blank', '%s, 1, '' ''', 'invalid_reference',
   '{"parameter": "spender", "length": 1, "maximum": 255}'),
  ('cost is too large', '%s, 9007199254740992', 'invalid_amount',
   '{"parameter": "cost", "value": 9007199254740992, "minimum": 0, "maximum": 9007199254740991}')
) c (what, arguments, token, detail);
select throws_ok(
  'select credits.preview_reserve(gen_random_uuid(), 1)', 'PT404', 'profile_not_found',
  'an unknown profile'
);

select * from finish();
rollback;
