begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.refuses(
  'select credits.find_grants(' || c.argument || ')', 'PT400', c.token, c.detail, c.what
)
from (values
  ('reference is null', 'null', 'missing_argument', '{"parameter": "reference"}'::jsonb),
  ('reference is blank', ''' ''', 'invalid_reference',
   '{"parameter": "reference", "length": 1, "maximum": 255}'),
  ('reference is too long', 'repeat(''x'', 256)', 'invalid_reference',
   '{"parameter": "reference", "length": 256, "maximum": 255}')
) c (what, argument, token, detail);

select * from finish();
rollback;
