begin;
\ir ../helpers.psql
select plan(17);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.adjust_credits(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, 'a', 1, 1, 'why', 'who'$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('adjustment_id is null', $$%L, null, 1, 1, 'why', 'who'$$,
   'missing_argument', '{"parameter": "adjustment_id"}'),
  ('monthly_delta is null', $$%L, 'a', null, 1, 'why', 'who'$$,
   'missing_argument', '{"parameter": "monthly_delta"}'),
  ('addon_delta is null', $$%L, 'a', 1, null, 'why', 'who'$$,
   'missing_argument', '{"parameter": "addon_delta"}'),
  ('reason is null', $$%L, 'a', 1, 1, null, 'who'$$, 'missing_argument', '{"parameter": "reason"}'),
  ('actor is null', $$%L, 'a', 1, 1, 'why', null$$, 'missing_argument', '{"parameter": "actor"}'),
  ('monthly_delta is 9007199254740992',
   $$%L, 'a', 9007199254740992, 1, 'why', 'who'$$, 'invalid_amount',
   '{"parameter": "monthly_delta", "value": 9007199254740992, "minimum": -9007199254740991,
     "maximum": 9007199254740991}'),
  ('monthly_delta is -9007199254740992',
   $$%L, 'a', -9007199254740992, 1, 'why', 'who'$$, 'invalid_amount',
   '{"parameter": "monthly_delta", "value": -9007199254740992, "minimum": -9007199254740991,
     "maximum": 9007199254740991}'),
  ('addon_delta is 9007199254740992',
   $$%L, 'a', 1, 9007199254740992, 'why', 'who'$$, 'invalid_amount',
   '{"parameter": "addon_delta", "value": 9007199254740992, "minimum": -9007199254740991,
     "maximum": 9007199254740991}'),
  ('addon_delta is -9007199254740992',
   $$%L, 'a', 1, -9007199254740992, 'why', 'who'$$, 'invalid_amount',
   '{"parameter": "addon_delta", "value": -9007199254740992, "minimum": -9007199254740991,
     "maximum": 9007199254740991}'),
  ('both deltas are 0', $$%L, 'a', 0, 0, 'why', 'who'$$,
   'invalid_amount', '{"parameter": "monthly_delta", "value": 0}'),
  ('adjustment_id is empty', $$%L, '', 1, 1, 'why', 'who'$$,
   'invalid_reference', '{"parameter": "adjustment_id", "length": 0, "maximum": 255}'),
  ('adjustment_id is too long', $$%L, repeat('x', 256), 1, 1, 'why', 'who'$$,
   'invalid_reference', '{"parameter": "adjustment_id", "length": 256, "maximum": 255}'),
  ('reason is blank', $$%L, 'a', 1, 1, ' ', 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 1, "maximum": 255}'),
  ('reason is too long', $$%L, 'a', 1, 1, repeat('x', 256), 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 256, "maximum": 255}'),
  ('actor is empty', $$%L, 'a', 1, 1, 'why', ''$$,
   'invalid_reference', '{"parameter": "actor", "length": 0, "maximum": 255}'),
  ('actor is too long', $$%L, 'a', 1, 1, 'why', repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "actor", "length": 256, "maximum": 255}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
