begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.imported_story() as profile \gset

select credits_tests.refuses(
  format('select credits.repair_refunds(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, 'why', 'who', false$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('reason is null', $$%L, null, 'who', false$$, 'missing_argument', '{"parameter": "reason"}'),
  ('actor is null', $$%L, 'why', null, false$$, 'missing_argument', '{"parameter": "actor"}'),
  ('dry_run is null', $$%L, 'why', 'who', null$$, 'missing_argument', '{"parameter": "dry_run"}'),
  ('reason of a dry run is null', $$%L, null, 'who', true$$,
   'missing_argument', '{"parameter": "reason"}'),
  ('reason is blank', $$%L, '  ', 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 2, "maximum": 255}'),
  ('reason is too long', $$%L, repeat('x', 256), 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 256, "maximum": 255}'),
  ('actor is empty', $$%L, 'why', ''$$,
   'invalid_reference', '{"parameter": "actor", "length": 0, "maximum": 255}'),
  ('actor is too long', $$%L, 'why', repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "actor", "length": 256, "maximum": 255}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
