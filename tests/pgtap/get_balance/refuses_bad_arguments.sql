begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.refuses(
  'select credits.get_balance(' || c.arguments || ')',
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null$$, 'missing_argument', '{"parameter": "profile_id"}'::jsonb)
) c (what, arguments, token, detail);

select * from finish();
rollback;
