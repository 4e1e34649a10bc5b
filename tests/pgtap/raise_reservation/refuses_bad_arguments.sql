begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 10) as job \gset

select credits_tests.refuses(
  format('select credits.raise_reservation(' || c.arguments || ')', :'job'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('job_id is null', 'null, 20', 'missing_argument', '{"parameter": "job_id"}'::jsonb),
  ('cost is null', '%L, null', 'missing_argument', '{"parameter": "cost"}'),
  ('cost is negative', '%L, -1', 'invalid_amount',
   '{"parameter": "cost", "value": -1, "minimum": 0, "maximum": 9007199254740991}'),
  ('cost is too large', '%L, 9007199254740992', 'invalid_amount',
   '{"parameter": "cost", "value": 9007199254740992, "minimum": 0, "maximum": 9007199254740991}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
