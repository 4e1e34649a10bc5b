begin;
\ir ../helpers.psql
select plan(14);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2030-01-01 00:00Z', 500) as done \gset

select credits_tests.refuses(
  format('select credits.revoke_renewal(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, '2030-01-01Z', 'a', 5, 'why', 'who'$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('period_start is null', $$%L, null, 'a', 5, 'why', 'who'$$,
   'missing_argument', '{"parameter": "period_start"}'),
  ('period_start is infinite', $$%L, 'infinity', 'a', 5, 'why', 'who'$$,
   'invalid_interval', '{"parameter": "period_start", "value": "infinity"}'),
  ('revocation_id is null', $$%L, '2030-01-01Z', null, 5, 'why', 'who'$$,
   'missing_argument', '{"parameter": "revocation_id"}'),
  ('revocation_id is blank', $$%L, '2030-01-01Z', ' ', 5, 'why', 'who'$$,
   'invalid_reference', '{"parameter": "revocation_id", "length": 1, "maximum": 255}'),
  ('revocation_id is too long', $$%L, '2030-01-01Z', repeat('x', 256), 5, 'why', 'who'$$,
   'invalid_reference', '{"parameter": "revocation_id", "length": 256, "maximum": 255}'),
  ('reason is null', $$%L, '2030-01-01Z', 'a', 5, null, 'who'$$,
   'missing_argument', '{"parameter": "reason"}'),
  ('reason is empty', $$%L, '2030-01-01Z', 'a', 5, '', 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 0, "maximum": 255}'),
  ('actor is null', $$%L, '2030-01-01Z', 'a', 5, 'why', null$$,
   'missing_argument', '{"parameter": "actor"}'),
  ('actor is too long', $$%L, '2030-01-01Z', 'a', 5, 'why', repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "actor", "length": 256, "maximum": 255}'),
  ('reason and actor have no default', $$%L, '2030-01-01Z', 'a'$$,
   'missing_argument', '{"parameter": "reason"}'),
  ('amount is 0', $$%L, '2030-01-01Z', 'a', 0, 'why', 'who'$$,
   'invalid_amount', '{"parameter": "amount", "value": 0, "minimum": 1, "maximum": 9007199254740991}'),
  ('amount is -1', $$%L, '2030-01-01Z', 'a', -1, 'why', 'who'$$,
   'invalid_amount', '{"parameter": "amount", "value": -1, "minimum": 1, "maximum": 9007199254740991}'),
  ('amount is 9007199254740992', $$%L, '2030-01-01Z', 'a', 9007199254740992, 'why', 'who'$$,
   'invalid_amount', '{"parameter": "amount", "value": 9007199254740992, "minimum": 1, "maximum": 9007199254740991}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
