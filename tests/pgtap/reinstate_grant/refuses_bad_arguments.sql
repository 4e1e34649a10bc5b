begin;
\ir ../helpers.psql
select plan(13);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.reinstate_grant(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, 'order-1', 'dispute-1', 'why', 'who'$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('reference is null', $$%L, null, 'dispute-1', 'why', 'who'$$,
   'missing_argument', '{"parameter": "reference"}'),
  ('revocation_id is null', $$%L, 'order-1', null, 'why', 'who'$$,
   'missing_argument', '{"parameter": "revocation_id"}'),
  ('revocation_id is blank', $$%L, 'order-1', ' ', 'why', 'who'$$,
   'invalid_reference', '{"parameter": "revocation_id", "length": 1, "maximum": 255}'),
  ('revocation_id is too long', $$%L, 'order-1', repeat('x', 256), 'why', 'who'$$,
   'invalid_reference', '{"parameter": "revocation_id", "length": 256, "maximum": 255}'),
  ('reason is null', $$%L, 'order-1', 'dispute-1', null, 'who'$$, 'missing_argument', '{"parameter": "reason"}'),
  ('actor is null', $$%L, 'order-1', 'dispute-1', 'why', null$$, 'missing_argument', '{"parameter": "actor"}'),
  ('reference is empty', $$%L, '', 'dispute-1', 'why', 'who'$$,
   'invalid_reference', '{"parameter": "reference", "length": 0, "maximum": 255}'),
  ('reference is too long', $$%L, repeat('x', 256), 'dispute-1', 'why', 'who'$$,
   'invalid_reference', '{"parameter": "reference", "length": 256, "maximum": 255}'),
  ('reason is blank', $$%L, 'order-1', 'dispute-1', ' ', 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 1, "maximum": 255}'),
  ('reason is too long', $$%L, 'order-1', 'dispute-1', repeat('x', 256), 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 256, "maximum": 255}'),
  ('actor is empty', $$%L, 'order-1', 'dispute-1', 'why', ''$$,
   'invalid_reference', '{"parameter": "actor", "length": 0, "maximum": 255}'),
  ('actor is too long', $$%L, 'order-1', 'dispute-1', 'why', repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "actor", "length": 256, "maximum": 255}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
