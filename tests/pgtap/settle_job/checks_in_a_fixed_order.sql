begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(0, 100) as profile \gset
select credits_tests.job(:'profile', 50) as job, credits_tests.job(:'profile', 50) as undone \gset
select credits_tests.roll_back(:'undone') as done \gset

select credits_tests.refuses(c.call, c.sqlstate, c.token, c.detail::jsonb, c.description)
from (values
  ('select credits.settle_job(null, -1, null)', 'PT400', 'missing_argument',
   '{"parameter": "job_id"}', 'job_id first'),
  ('select credits.settle_job(gen_random_uuid(), -1, null)', 'PT400', 'invalid_amount',
   '{"parameter": "actual_cost", "value": -1, "minimum": 0, "maximum": 9007199254740991}',
   'then actual_cost'),
  ('select credits.settle_job(gen_random_uuid(), 5, ''no'')', 'PT400', 'invalid_option',
   '{"parameter": "overage", "value": "no", "allowed": ["cap", "reject"]}', 'then overage'),
  ('select credits.settle_job(gen_random_uuid(), 5, ''reject'')', 'PT404', 'job_not_found', '{}',
   'then the job'),
  (format('select credits.settle_job(%L, 5000, ''reject'')', :'undone'), 'PT409', 'wrong_state',
   '{"state": "rolled_back"}', 'the state before the funds')
) c (call, sqlstate, token, detail, description);

select * from finish();
rollback;
