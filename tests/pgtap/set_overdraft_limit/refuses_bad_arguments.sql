begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.set_overdraft_limit(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, 5, 'why', 'who'$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('overdraft_limit is null', $$%L, null, 'why', 'who'$$,
   'missing_argument', '{"parameter": "overdraft_limit"}'),
  ('reason is null', $$%L, 5, null, 'who'$$, 'missing_argument', '{"parameter": "reason"}'),
  ('actor is null', $$%L, 5, 'why', null$$, 'missing_argument', '{"parameter": "actor"}'),
  ('overdraft_limit is -1', $$%L, -1, 'why', 'who'$$, 'invalid_amount',
   '{"parameter": "overdraft_limit", "value": -1, "minimum": 0, "maximum": 9007199254740991}'),
  ('overdraft_limit is 9007199254740992',
   $$%L, 9007199254740992, 'why', 'who'$$, 'invalid_amount',
   '{"parameter": "overdraft_limit", "value": 9007199254740992, "minimum": 0,
     "maximum": 9007199254740991}'),
  ('reason is blank', $$%L, 5, ' ', 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 1, "maximum": 255}'),
  ('reason is too long', $$%L, 5, repeat('x', 256), 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 256, "maximum": 255}'),
  ('actor is empty', $$%L, 5, 'why', ''$$,
   'invalid_reference', '{"parameter": "actor", "length": 0, "maximum": 255}'),
  ('actor is too long', $$%L, 5, 'why', repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "actor", "length": 256, "maximum": 255}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
