begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.job(credits_tests.profile(500, 5000), 10) as job \gset

select credits_tests.refuses(
  format('select credits.settle_job_many(%L)',
         jsonb_build_array(jsonb_build_object('job_id', :'job'), c.element::jsonb)),
  'PT400', 'invalid_batch', '{"parameter": "settlements", "position": 2}' || c.detail,
  format('%s is refused, and with it the whole batch', c.element)
)
from (values
  ('{"job_id": "x"}', jsonb '{"key": "job_id", "value": "x", "type": "uuid"}'),
  ('{"actual_cost": 1.5}', '{"key": "actual_cost", "value": "1.5", "type": "bigint"}'),
  ('{"profile_id": {}}', '{"key": "profile_id", "value": "{}", "type": "uuid"}')
) c (element, detail);

select * from finish();
rollback;
