begin;
\ir ../helpers.psql
select plan(11);

select credits_tests.profile(300, 1000) as profile, credits_tests.profile(0, 0) as other \gset

select credits_tests.refuses(
  format('select credits.move_credits(' || c.arguments || ')', :'profile', :'other'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, %2$L, 'a', 'why', 'who'$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('to_profile_id is null', $$%1$L, null, 'a', 'why', 'who'$$,
   'missing_argument', '{"parameter": "to_profile_id"}'),
  ('move_id is null', $$%1$L, %2$L, null, 'why', 'who'$$,
   'missing_argument', '{"parameter": "move_id"}'),
  ('reason is null', $$%1$L, %2$L, 'a', null, 'who'$$,
   'missing_argument', '{"parameter": "reason"}'),
  ('actor is null', $$%1$L, %2$L, 'a', 'why', null$$,
   'missing_argument', '{"parameter": "actor"}'),
  ('monthly_rest is null', $$%1$L, %2$L, 'a', 'why', 'who', null$$,
   'missing_argument', '{"parameter": "monthly_rest"}'),
  ('move_id is empty', $$%1$L, %2$L, '', 'why', 'who'$$,
   'invalid_reference', '{"parameter": "move_id", "length": 0, "maximum": 255}'),
  ('reason is blank', $$%1$L, %2$L, 'a', ' ', 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 1, "maximum": 255}'),
  ('actor is too long', $$%1$L, %2$L, 'a', 'why', repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "actor", "length": 256, "maximum": 255}'),
  ('monthly_rest is another word', $$%1$L, %2$L, 'a', 'why', 'who', 'lapse'$$, 'invalid_option',
   '{"parameter": "monthly_rest", "value": "lapse", "allowed": ["monthly", "addon", "leave"]}'),
  ('both are one profile', $$%1$L, %1$L, 'a', 'why', 'who'$$,
   'invalid_reference', '{"parameter": "to_profile_id"}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
