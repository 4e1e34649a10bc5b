begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.close_profile(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, 'why', 'who'$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('reason is null', $$%L, null, 'who'$$, 'missing_argument', '{"parameter": "reason"}'),
  ('actor is null', $$%L, 'why', null$$, 'missing_argument', '{"parameter": "actor"}'),
  ('reason is blank', $$%L, ' ', 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 1, "maximum": 255}'),
  ('reason is too long', $$%L, repeat('x', 256), 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 256, "maximum": 255}'),
  ('actor is empty', $$%L, 'why', ''$$,
   'invalid_reference', '{"parameter": "actor", "length": 0, "maximum": 255}'),
  ('actor is too long', $$%L, 'why', repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "actor", "length": 256, "maximum": 255}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
