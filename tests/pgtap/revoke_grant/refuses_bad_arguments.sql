begin;
\ir ../helpers.psql
select plan(17);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset

select credits_tests.refuses(
  format('select credits.revoke_grant(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, 'order-1', 'dispute-1', 5, 'why', 'who'$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('reference is null', $$%L, null, 'dispute-1', 5, 'why', 'who'$$,
   'missing_argument', '{"parameter": "reference"}'),
  ('revocation_id is null', $$%L, 'order-1', null, 5, 'why', 'who'$$,
   'missing_argument', '{"parameter": "revocation_id"}'),
  ('revocation_id is blank', $$%L, 'order-1', ' ', 5, 'why', 'who'$$,
   'invalid_reference', '{"parameter": "revocation_id", "length": 1, "maximum": 255}'),
  ('revocation_id is too long', $$%L, 'order-1', repeat('x', 256), 5, 'why', 'who'$$,
   'invalid_reference', '{"parameter": "revocation_id", "length": 256, "maximum": 255}'),
  ('reason is null', $$%L, 'order-1', 'dispute-1', 5, null, 'who'$$,
   'missing_argument', '{"parameter": "reason"}'),
  ('actor is null', $$%L, 'order-1', 'dispute-1', 5, 'why', null$$,
   'missing_argument', '{"parameter": "actor"}'),
  ('reason and actor have no default', $$%L, 'order-1', 'dispute-1'$$,
   'missing_argument', '{"parameter": "reason"}'),
  ('amount is 0', $$%L, 'order-1', 'dispute-1', 0, 'why', 'who'$$, 'invalid_amount',
   '{"parameter": "amount", "value": 0, "minimum": 1, "maximum": 9007199254740991}'),
  ('amount is -1', $$%L, 'order-1', 'dispute-1', -1, 'why', 'who'$$, 'invalid_amount',
   '{"parameter": "amount", "value": -1, "minimum": 1, "maximum": 9007199254740991}'),
  ('amount is 9007199254740992',
   $$%L, 'order-1', 'dispute-1', 9007199254740992, 'why', 'who'$$, 'invalid_amount',
   '{"parameter": "amount", "value": 9007199254740992, "minimum": 1, "maximum": 9007199254740991}'),
  ('reference is blank', $$%L, ' ', 'dispute-1', 5, 'why', 'who'$$,
   'invalid_reference', '{"parameter": "reference", "length": 1, "maximum": 255}'),
  ('reference is too long', $$%L, repeat('x', 256), 'dispute-1', 5, 'why', 'who'$$,
   'invalid_reference', '{"parameter": "reference", "length": 256, "maximum": 255}'),
  ('reason is empty', $$%L, 'order-1', 'dispute-1', 5, '', 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 0, "maximum": 255}'),
  ('reason is too long', $$%L, 'order-1', 'dispute-1', 5, repeat('x', 256), 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 256, "maximum": 255}'),
  ('actor is blank', $$%L, 'order-1', 'dispute-1', 5, 'why', e'\n'$$,
   'invalid_reference', '{"parameter": "actor", "length": 1, "maximum": 255}'),
  ('actor is too long', $$%L, 'order-1', 'dispute-1', 5, 'why', repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "actor", "length": 256, "maximum": 255}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
