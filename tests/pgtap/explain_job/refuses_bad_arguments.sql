begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.refuses(
  'select credits.explain_job(' || c.arguments || ')',
  'PT400', c.token, c.detail, c.what
)
from (values
  ('job_id is null', $$null$$, 'missing_argument', '{"parameter": "job_id"}'::jsonb)
) c (what, arguments, token, detail);

select * from finish();
rollback;
