begin;
\ir ../helpers.psql
select plan(11);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2030-01-01 00:00Z', 500) as done \gset

select credits_tests.refuses(
  format('select credits.reinstate_renewal(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, '2030-01-01Z', 'a', 'why', 'who'$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('period_start is null', $$%L, null, 'a', 'why', 'who'$$,
   'missing_argument', '{"parameter": "period_start"}'),
  ('period_start is infinite', $$%L, 'infinity', 'a', 'why', 'who'$$,
   'invalid_interval', '{"parameter": "period_start", "value": "infinity"}'),
  ('revocation_id is null', $$%L, '2030-01-01Z', null, 'why', 'who'$$,
   'missing_argument', '{"parameter": "revocation_id"}'),
  ('revocation_id is blank', $$%L, '2030-01-01Z', ' ', 'why', 'who'$$,
   'invalid_reference', '{"parameter": "revocation_id", "length": 1, "maximum": 255}'),
  ('revocation_id is too long', $$%L, '2030-01-01Z', repeat('x', 256), 'why', 'who'$$,
   'invalid_reference', '{"parameter": "revocation_id", "length": 256, "maximum": 255}'),
  ('reason is null', $$%L, '2030-01-01Z', 'a', null, 'who'$$,
   'missing_argument', '{"parameter": "reason"}'),
  ('reason is empty', $$%L, '2030-01-01Z', 'a', '', 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 0, "maximum": 255}'),
  ('actor is null', $$%L, '2030-01-01Z', 'a', 'why', null$$,
   'missing_argument', '{"parameter": "actor"}'),
  ('actor is too long', $$%L, '2030-01-01Z', 'a', 'why', repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "actor", "length": 256, "maximum": 255}'),
  ('reason and actor have no default', $$%L, '2030-01-01Z', 'a'$$,
   'missing_argument', '{"parameter": "reason"}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
